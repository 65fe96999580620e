//! Profiles as input: flags, answers at the terminal, or TOML with `[[product]]` tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use inquire::{Confirm, Text};
use model::{IdealCustomer, Product, ScoreWeights};
use serde::{Deserialize, Serialize};

use crate::cli::{Employees, Init, employees};
use crate::config::UsageError;
use crate::known_values;
use crate::show;
use crate::toml_input::TomlInput;

const TENDER_MIN_EUR: i64 = 100_000;
/// An example of every field of a profile, for errors.
const SAMPLE: &str = r#"
id = "data-quality"
name = "Data quality"
buyer_role = "Head of Data"
roles = ["data engineer", "data architect"]
region = ["DE", "AT"]
tools = ["Snowflake", "dbt"]
tender_min_eur = 250000
ideal_customer = { countries = ["DE"], employees_min = 50 }
countries = ["DE", "AT"]
industries = ["logistics", "retail"]
employees_min = 50
employees_max = 2000
technologies = ["Snowflake"]
weights = { fit = 40, intent = 40, timing = 20 }
fit = 40
intent = 40
timing = 20
signal_weights = { hiring_spike = 50 }
hiring_spike = 50
"#;

/// A profile file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    #[serde(default, rename = "product")]
    products: Vec<Product>,
}

/// Serializes the profile as TOML.
pub(super) fn to_toml(products: &[Product]) -> anyhow::Result<String> {
    let text = toml::to_string_pretty(&ProfileFile { products: products.to_vec() })?;
    Ok(show::escaped_toml(&text).into_owned())
}

/// Reads a profile file.
pub(super) fn from_file(path: &Path) -> anyhow::Result<Vec<Product>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the profile {}", path.display()))?;
    let name = path.display().to_string();
    let input = TomlInput { name: &name, text: &text, sample: SAMPLE };
    let file: ProfileFile = input.read(input.table()?)?;
    if file.products.is_empty() {
        let hint = "it has no [[product]] table; `leadq init --show` prints the format";
        return Err(UsageError(format!("{name}: {hint}")).into());
    }
    let is_invalid =
        |id: &str| id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let mut ids = BTreeSet::new();
    for (number, product) in file.products.iter().enumerate() {
        let (id, path) = (&product.id, format!("product[{number}]"));
        known_values::product(product).map_err(|problem| {
            let path = format!("{path}.signal_weights");
            input.invalid(&path, &format!("product {id:?}: {problem}"))
        })?;
        let path = format!("{path}.id");
        if is_invalid(id) {
            let problem = format!("id {id:?}: an id consists of letters, digits and dashes");
            return Err(input.invalid(&path, &problem).into());
        }
        if !ids.insert(id.as_str()) {
            let problem = format!("{id:?} is the id of two products; each needs its own");
            return Err(input.invalid(&path, &problem).into());
        }
    }
    let mut products = file.products;
    for product in &mut products {
        for list in [&mut product.ideal_customer.countries, &mut product.region] {
            *list = countries(list).map_err(|problem| UsageError(format!("{name}: {problem}")))?;
        }
    }
    Ok(products)
}

/// Builds the product that flags describe; nothing without a name.
///
/// # Errors
///
/// If a country is unknown.
pub(super) fn from_flags(args: &Init) -> Result<Option<Product>, UsageError> {
    let Some(name) = args.product.as_deref().map(str::trim) else { return Ok(None) };
    let countries = countries(&args.country).map_err(UsageError)?;
    Ok(Some(Product {
        id: id_of(name),
        name: name.to_owned(),
        buyer_role: args.role.clone().unwrap_or_default(),
        ideal_customer: IdealCustomer {
            countries: countries.clone(),
            industries: trimmed(&args.industry),
            employees_min: args.employees.and_then(|range| range.least),
            employees_max: args.employees.and_then(|range| range.most),
            technologies: Vec::new(),
        },
        roles: trimmed(&args.hiring_role),
        region: countries,
        tools: trimmed(&args.tool),
        tender_min_eur: args.tender_min_eur.unwrap_or(TENDER_MIN_EUR),
        weights: ScoreWeights::default(),
        signal_weights: BTreeMap::new(),
    }))
}

/// Prompts at the terminal for one product after another.
pub(super) fn from_answers() -> anyhow::Result<Vec<Product>> {
    let mut products = Vec::new();
    loop {
        let name = Text::new("What do you sell?").with_placeholder("Data quality").prompt()?;
        if name.trim().is_empty() {
            return Ok(products);
        }
        let role = Text::new("Which role do you ask for?").with_placeholder("Head of Data");
        let args = Init {
            product: Some(name),
            role: Some(role.prompt()?),
            country: ask_countries()?,
            industry: ask_list("Which industries are your customers in?", "logistics, retail")?,
            employees: ask_employees()?,
            hiring_role: ask_list("Which open positions indicate a purchase?", "data engineer")?,
            tool: ask_list("Which newly adopted tools indicate a purchase?", "Snowflake, dbt")?,
            ..Init::default()
        };
        products.extend(from_flags(&args)?);
        if !Confirm::new("Do you sell something else?").with_default(false).prompt()? {
            return Ok(products);
        }
    }
}

fn ask_list(question: &str, example: &str) -> anyhow::Result<Vec<String>> {
    let help = "comma-separated; leave empty for any";
    let answer = Text::new(question).with_placeholder(example).with_help_message(help);
    Ok(answer.prompt()?.split(',').map(str::to_owned).collect())
}

fn ask_countries() -> anyhow::Result<Vec<String>> {
    loop {
        match countries(&ask_list("In which countries?", "Germany, Austria, CH")?) {
            Ok(countries) => return Ok(countries),
            Err(problem) => show::warn(&problem),
        }
    }
}

fn ask_employees() -> anyhow::Result<Option<Employees>> {
    loop {
        let question = Text::new("How many people do they employ?").with_placeholder("50-500");
        let answer = question.with_help_message("a range; leave empty for any").prompt()?;
        if answer.trim().is_empty() {
            return Ok(None);
        }
        match employees(&answer) {
            Ok(range) => return Ok(Some(range)),
            Err(problem) => show::warn(&problem),
        }
    }
}

/// Derives an id of letters, digits and dashes from a name.
fn id_of(name: &str) -> String {
    let lower = name.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() { "product".to_owned() } else { words.join("-") }
}

fn trimmed(values: &[String]) -> Vec<String> {
    values.iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
}

/// Returns the ISO 3166 codes of countries that are given by code or name, each once.
fn countries(names: &[String]) -> Result<Vec<String>, String> {
    let mut codes: Vec<String> = Vec::new();
    for name in trimmed(names) {
        let code = resolve::country_code(&name).ok_or_else(|| {
            format!("there is no country {name:?}: write its name, or a code such as DE")
        })?;
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}
