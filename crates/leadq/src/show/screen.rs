//! The width of the output: the terminal's, or that of the process which a running leadq answers.

use std::future::Future;

use terminal_size::{Width, terminal_size_of};

/// The width in a pipe or a file.
const WIDTH_DEFAULT: u16 = 100;
const WIDTH_MIN: u16 = 20;

tokio::task_local! {
    /// The width of another process's output, while its command is executed here.
    static ANOTHERS: u16;
}

/// Returns the width of the output, in columns.
pub(crate) fn width() -> u16 {
    ANOTHERS.try_with(|width| *width).unwrap_or_else(|_| own_width()).max(WIDTH_MIN)
}

/// Runs a command for a process whose output has this width.
pub(crate) async fn at_width<F: Future>(width: u16, command: F) -> F::Output {
    ANOTHERS.scope(width, command).await
}

fn own_width() -> u16 {
    let terminal = terminal_size_of(std::io::stdout()).map(|(Width(columns), _)| columns);
    let configured = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    terminal.filter(|columns| *columns > 0).or_else(configured).unwrap_or(WIDTH_DEFAULT)
}
