//! The security schemes of the API document, and the routes that need none.

use utoipa::Modify;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};

use crate::cookie;
use crate::guard::needs_token;

/// The scheme of programs.
const TOKEN: &str = "token";
/// The schemes of browsers, over HTTPS and over plain HTTP.
const SESSION: &str = "session";
const SESSION_PLAIN: &str = "session_http";

/// Adds the schemes, requires any of them by default, and marks the public routes.
pub(super) struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("lq_ and 64 hexadecimal digits")
            .description(Some("A token. Until the first one is created, no request needs any."));
        components.add_security_scheme(TOKEN, SecurityScheme::Http(token.build()));
        for (scheme, name, connection) in
            [(SESSION, cookie::SECURE, "HTTPS"), (SESSION_PLAIN, cookie::PLAIN, "plain HTTP")]
        {
            let about = format!("The session of a browser that has logged in over {connection}.");
            let value = ApiKeyValue::with_description(name, about.as_str());
            components.add_security_scheme(scheme, SecurityScheme::ApiKey(ApiKey::Cookie(value)));
        }
        let required = [TOKEN, SESSION, SESSION_PLAIN];
        document.security = Some(required.into_iter().map(requirement).collect());
        for (path, item) in &mut document.paths.paths {
            let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
            for operation in methods.into_iter().flatten().filter(|_| !needs_token(path)) {
                operation.security = Some(Vec::new());
            }
        }
    }
}

fn requirement(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new(scheme, [""; 0])
}
