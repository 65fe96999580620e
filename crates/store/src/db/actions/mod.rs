//! Actions held for review (`action`), and the team's feedback on signals (`feedback`).

mod read;
mod rows;
mod write;
