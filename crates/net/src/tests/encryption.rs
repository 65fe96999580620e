//! Tests that invalid certificates are refused with a readable reason.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

use super::*;

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn certificate(name: &str, last_year: i32) -> (CertificateParams, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(last_year, 12, 31);
    (params, KeyPair::generate().unwrap())
}

fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> TlsAcceptor {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn trusting(authority: &Issuer) -> Tls {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Tls::with(config)
}

/// Sends a message to `https://harbourline.example/` at a server with this certificate and returns
/// the status.
async fn check(tls: Tls, acceptor: TlsAcceptor) -> Result<u16, Refusal> {
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::start_at(address, Some(acceptor), |_| ok("safe")).await.unwrap();
    let opened = open_with(settings(&server), Arc::new(SystemClock), Vec::new(), tls);
    let url = Url::parse("https://harbourline.example/").unwrap();
    let delivery = crate::Delivery::post(url, Vec::new(), "");
    let result = opened.door.deliver(delivery).await.map(|answer| answer.status);
    if result.is_err() {
        assert!(server.seen().is_empty(), "something was said over an unsafe connection");
    }
    result
}

#[tokio::test]
async fn only_a_good_certificate_is_talked_to() {
    let authority = authority();
    let signed = |name: &str, last_year: i32| {
        let (params, key) = certificate(name, last_year);
        let certificate = params.signed_by(&key, &authority).unwrap();
        acceptor(certificate.der().clone(), &key)
    };
    let good = signed("harbourline.example", 2900);
    assert_eq!(check(trusting(&authority), good.clone()).await, Ok(200));

    let (params, key) = certificate("harbourline.example", 2900);
    let self_signed = acceptor(params.self_signed(&key).unwrap().der().clone(), &key);
    for (name, tls, acceptor, expected) in [
        ("expired", trusting(&authority), signed("harbourline.example", 2001), "expired"),
        ("another name", trusting(&authority), signed("other.example", 2900), "not valid for name"),
        ("signed by itself", trusting(&authority), self_signed, "invalid peer certificate"),
        ("an authority this machine does not know", Tls::default(), good, ""),
    ] {
        match check(tls, acceptor).await {
            Err(Refusal::Tls(why)) => assert!(why.contains(expected), "{name}: {why}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}
