//! leadq.
fn main() {}
