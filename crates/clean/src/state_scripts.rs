//! Finds the state that a framework sends along with a page: JSON in a script of its own, or
//! assigned to a variable.

use serde_json::Value;

use crate::json_value::JsonBudget;

/// The maximum number of variables that one script is searched for.
const VARIABLES_MAX: usize = 10;
/// The maximum number of bytes of a variable's name.
const NAME_BYTES_MAX: usize = 60;

/// A script that may hold the state of a framework.
#[derive(Debug)]
pub(crate) struct StateScript {
    /// Its `id`.
    pub(crate) id: String,
    /// Whether it is declared as JSON; other scripts assign JSON to a variable.
    pub(crate) is_json: bool,
    /// Its body.
    pub(crate) body: String,
}

impl StateScript {
    /// Reads the values in the script. The result is `None` if it is declared as JSON but is none.
    pub(crate) fn values(&self, budget: &JsonBudget) -> Option<Vec<Value>> {
        if self.is_json {
            return budget.read(self.body.trim(), true).map(|value| vec![value]);
        }
        let read = |assigned: &str| match assigned.strip_prefix("JSON.parse(") {
            Some(rest) => match budget.read(rest, false)? {
                Value::String(json) => budget.read(&json, true),
                _ => None,
            },
            None => budget.read(assigned, false),
        };
        Some(assignments(&self.body).filter_map(read).collect())
    }

    /// Reports whether the values of objects and lists are positions in the list that the script
    /// holds.
    pub(crate) fn is_flat(&self) -> bool {
        self.id.contains("NUXT_DATA")
    }
}

/// Reports whether a script assigns what may be JSON to a variable of a framework.
pub(crate) fn assigns_state(script: &str) -> bool {
    assignments(script).next().is_some()
}

/// Finds what a script assigns to variables such as `window.__INITIAL_STATE__`: the text from the
/// first bracket on.
fn assignments(script: &str) -> impl Iterator<Item = &str> {
    const BEFORE: [&str; 6] = [".", "[\"", "['", "var ", "let ", "const "];
    let names = script.match_indices("__").filter(move |(at, _)| {
        let before = script.get(..*at).unwrap_or_default();
        BEFORE.iter().any(|mark| before.ends_with(mark))
    });
    let assigned = names.filter_map(move |(at, _)| {
        let rest = script.get(at..)?;
        let window = rest.get(..rest.floor_char_boundary(NAME_BYTES_MAX))?;
        let length = window.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let rest = rest.get(length..)?;
        let rest = rest.strip_prefix("\"]").or_else(|| rest.strip_prefix("']")).unwrap_or(rest);
        let value = rest.trim_start().strip_prefix('=')?.trim_start();
        value
            .starts_with(['{', '['])
            .then_some(value)
            .or_else(|| value.starts_with("JSON.parse(").then_some(value))
    });
    assigned.take(VARIABLES_MAX)
}
