//! FIT: whether the company matches the ideal customer. An unknown fact counts half, with a reason
//! that says so.

use model::{CompanyView, Component, FactKey, Points, Product};

use crate::term::{Term, weighted};

/// The maximum of all criteria together, in hundredths of a point; the rest is for known accounts.
const CRITERIA: i64 = 9_000;
const ACCOUNT: i64 = 1_000;
/// Shares of a criterion's points, in hundredths.
const UNKNOWN: i64 = 50;
const NEAR: i64 = 30;
const OTHER_TOOLS: i64 = 25;
const ONE_TOOL: i64 = 75;

/// The degree to which a company meets one criterion.
struct Met {
    topic: &'static str,
    /// The weight of the criterion relative to the others.
    weight: i64,
    /// The share of its points, in hundredths.
    share: i64,
    reason: String,
}

pub(crate) fn terms(company: &CompanyView, product: &Product) -> Vec<Term> {
    let criteria: Vec<Met> = [
        country(company, product),
        industry(company, product),
        employees(company, product),
        technologies(company, product),
    ]
    .into_iter()
    .flatten()
    .collect();
    let total: i64 = criteria.iter().map(|criterion| criterion.weight).sum();
    let term = |topic: &str, raw: i64, reason: String| Term {
        component: Component::Fit,
        topic: topic.to_owned(),
        reason,
        signal: None,
        full: weighted(raw, &product.weights, Component::Fit),
        decay: None,
    };
    let mut terms: Vec<Term> = criteria
        .into_iter()
        .map(|criterion| {
            term(
                criterion.topic,
                CRITERIA * criterion.weight * criterion.share / (total * 100),
                criterion.reason,
            )
        })
        .collect();
    if terms.is_empty() {
        let reason = format!("no ideal customer is described for {}: fit unknown", product.name);
        terms.push(term("profile", CRITERIA * UNKNOWN / 100, reason));
    }
    if company.is_account {
        terms.push(term("account", ACCOUNT, "your team knows this company already".to_owned()));
    }
    terms
}

/// Returns the only term of a company that the team does not sell to.
pub(crate) fn no_market() -> Vec<Term> {
    vec![Term {
        component: Component::Fit,
        topic: "market".to_owned(),
        reason: "your team says that it is not your market".to_owned(),
        signal: None,
        full: Points(0),
        decay: None,
    }]
}

fn country(company: &CompanyView, product: &Product) -> Option<Met> {
    let wanted = &product.ideal_customer.countries;
    let wanted = if wanted.is_empty() { &product.region } else { wanted };
    let list = wanted.join(", ");
    let (share, reason) = match company.fact(FactKey::Country) {
        _ if wanted.is_empty() => return None,
        None => (UNKNOWN, format!("country unknown; wanted is {list}")),
        Some(country) if wanted.iter().any(|one| one.trim().eq_ignore_ascii_case(country)) => {
            (100, format!("is in {country}, where {} sells", product.name))
        }
        Some(country) => (0, format!("is in {country}; wanted is {list}")),
    };
    Some(Met { topic: "country", weight: 30, share, reason })
}

fn industry(company: &CompanyView, product: &Product) -> Option<Met> {
    let wanted: Vec<&str> = product
        .ideal_customer
        .industries
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let (share, reason) = match company.fact(FactKey::Industry) {
        None => (UNKNOWN, format!("industry unknown; wanted is {}", wanted.join(", "))),
        Some(industry) => {
            let lower = industry.to_lowercase();
            match wanted.iter().find(|word| lower.contains(&word.to_lowercase())) {
                Some(word) => (100, format!("its industry, {industry}, is one for {word}")),
                None => (0, format!("its industry is {industry}; wanted is {}", wanted.join(", "))),
            }
        }
    };
    Some(Met { topic: "industry", weight: 25, share, reason })
}

fn employees(company: &CompanyView, product: &Product) -> Option<Met> {
    let ideal = &product.ideal_customer;
    let (least, most) = (ideal.employees_min.unwrap_or(0), ideal.employees_max.unwrap_or(i64::MAX));
    let wanted = match (ideal.employees_min, ideal.employees_max) {
        (None, None) => return None,
        (Some(least), None) => format!("{least} or more"),
        (None, Some(most)) => format!("up to {most}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
    };
    let count = company.fact(FactKey::Employees).and_then(|count| count.parse::<i64>().ok());
    let (share, reason) = match count {
        None => (UNKNOWN, format!("number of employees unknown; wanted is {wanted}")),
        Some(count) if (least..=most).contains(&count) => {
            (100, format!("has {count} employees, wanted is {wanted}"))
        }
        Some(count) if count.saturating_mul(2) >= least && count / 2 <= most => {
            (NEAR, format!("has {count} employees, not far from {wanted}"))
        }
        Some(count) => (0, format!("has {count} employees, wanted is {wanted}")),
    };
    Some(Met { topic: "employees", weight: 25, share, reason })
}

fn technologies(company: &CompanyView, product: &Product) -> Option<Met> {
    let wanted = &product.ideal_customer.technologies;
    if wanted.is_empty() {
        return None;
    }
    let list = wanted.join(", ");
    let none = Vec::new();
    let used = company.facts.get(&FactKey::Technology).unwrap_or(&none);
    let both: Vec<&str> = wanted
        .iter()
        .filter(|tool| used.iter().any(|other| other.trim().eq_ignore_ascii_case(tool.trim())))
        .map(String::as_str)
        .collect();
    let (share, reason) = match both.as_slice() {
        [] if used.is_empty() => (UNKNOWN, format!("tools in use unknown; wanted is {list}")),
        // A tool that was not observed may still be in use.
        [] => (OTHER_TOOLS, format!("none of {} tools seen in use is {list}", used.len())),
        [one] if wanted.len() > 1 => (ONE_TOOL, format!("uses {one}")),
        more => (100, format!("uses {}", more.join(", "))),
    };
    Some(Met { topic: "technology", weight: 20, share, reason })
}
