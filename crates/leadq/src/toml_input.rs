//! TOML that users write: an error names the file, the line, the field, and an example.

use model::field_problem;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use crate::config::UsageError;

/// A text of a user, with a text that has an example of every field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TomlInput<'a> {
    /// The name of the file.
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    /// A line of it may be a comment.
    pub(crate) sample: &'a str,
}

impl TomlInput<'_> {
    /// Parses the text.
    ///
    /// # Errors
    ///
    /// The line that is no TOML.
    pub(crate) fn table(&self) -> Result<Table, UsageError> {
        self.text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map(|span| self.line_at(span.start));
            let content =
                line.and_then(|line| self.text.lines().nth(line - 1)).unwrap_or("").trim();
            let problem = if error.message().contains("duplicate key") {
                format!("it is given twice: `{content}`")
            } else {
                format!("`{content}` is no TOML: write name = value, and text in quotes")
            };
            self.error(line, &problem, None)
        })
    }

    /// Reads the fields of a table that was parsed from the text, and perhaps completed.
    ///
    /// # Errors
    ///
    /// The field that is wrong.
    pub(crate) fn read<T: DeserializeOwned>(&self, table: Table) -> Result<T, UsageError> {
        serde_path_to_error::deserialize(Value::Table(table)).map_err(|error| {
            let path = error.path().to_string();
            let problem = field_problem(&path, error.inner().message());
            let missing = problem.strip_suffix(" is missing").map(str::to_owned);
            self.invalid(&missing.unwrap_or(path), &problem)
        })
    }

    /// Builds the error of a field, by its path, such as `product[0].name`.
    pub(crate) fn invalid(&self, path: &str, problem: &str) -> UsageError {
        let field = path.rsplit(['.', ']']).find(|part| !part.is_empty()).unwrap_or_default();
        let field = field.split('[').next().unwrap_or_default();
        self.error(self.line_of(path), problem, self.example(field))
    }

    fn error(&self, line: Option<usize>, problem: &str, example: Option<&str>) -> UsageError {
        let line = line.map(|line| format!(", line {line}")).unwrap_or_default();
        let example =
            example.map(|example| format!("; for example: {example}")).unwrap_or_default();
        UsageError(format!("{}{line}: {problem}{example}", self.name))
    }

    /// Finds the line of a field, or of the innermost group around it.
    fn line_of(&self, path: &str) -> Option<usize> {
        let root = DeTable::parse(self.text).ok()?;
        let (mut line, mut table) = (None, Some(root.get_ref()));
        for part in path.split('.') {
            let (name, entries) = part.split_once('[').unwrap_or((part, ""));
            let found = table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == name));
            let Some((key, value)) = found else { break };
            line = Some(self.line_at(key.span().start));
            let mut value = value;
            for entry in entries
                .split('[')
                .filter_map(|entry| entry.trim_end_matches(']').parse::<usize>().ok())
            {
                let DeValue::Array(list) = value.get_ref() else { break };
                let Some(entry) = list.get(entry) else { break };
                line = Some(self.line_at(entry.span().start));
                value = entry;
            }
            table = match value.get_ref() {
                DeValue::Table(table) => Some(table),
                _ => None,
            };
        }
        line
    }

    fn line_at(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Finds the line of the sample that sets a field.
    fn example(&self, field: &str) -> Option<&str> {
        let lines = self.sample.lines().map(|line| line.trim_start_matches(['#', ' ']));
        let sets = |line: &&str| {
            let name = line.split_once('=').map(|(name, _)| name.trim().rsplit('.').next());
            name.flatten() == Some(field)
        };
        let line = lines.into_iter().find(sets)?;
        Some(line.split("  ").next().unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_its_line_and_its_example() {
        let text = "a = 1\n\n[[hook]]\nurl = \"x\"\n\n[[hook]]\nurl = \"y\"\nlist = [\n  1,\n  2,\n]\n[b]\nc.d = 2\n";
        let sample =
            "# about a = b\na = 7\n#   url = \"https://acme.example\"      # an address\nb.d = 3\n";
        let input = TomlInput { name: "my.toml", text, sample };
        for (path, line, example) in [
            ("a", Some(1), Some("a = 7")),
            ("hook[0].url", Some(4), Some("url = \"https://acme.example\"")),
            ("hook[1].url", Some(7), Some("url = \"https://acme.example\"")),
            ("hook[1].list[1]", Some(10), None),
            ("b.c.d", Some(13), Some("b.d = 3")),
            ("b.c.e", Some(13), None),
            ("z", None, None),
        ] {
            let field = path.rsplit('.').next().unwrap();
            assert_eq!((input.line_of(path), input.example(field)), (line, example), "{path}");
        }
        assert_eq!(
            input.invalid("hook[1].url", "it is wrong").to_string(),
            "my.toml, line 7: it is wrong; for example: url = \"https://acme.example\""
        );
    }
}
