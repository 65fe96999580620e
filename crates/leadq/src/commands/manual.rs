//! `leadq completions` and `leadq man`: scripts for shells, and manual pages, of the command line as it
//! is described for its help.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::output::Output;
use crate::show;

/// The section of the manual: commands of users.
const SECTION: &str = "1";

/// Generates the script for a shell.
pub(super) fn completions(args: CompletionsArgs) -> anyhow::Result<Output> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::describe(), "leadq", &mut script);
    Ok(Output::well(String::from_utf8(script)?))
}

/// Prints the page of leadq, or writes all pages.
pub(super) fn man(args: &ManArgs) -> anyhow::Result<Output> {
    let mut leadq = without_help(Cli::describe());
    leadq.build();
    let Some(folder) = &args.folder else {
        return Ok(Output::well(page(&leadq)?));
    };
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot create the folder {}", folder.display()))?;
    let count = write_pages(&leadq, folder)?;
    let (pages, folder) = (show::count(count, "page"), show::path(folder));
    Ok(Output::well(format!("{pages} in {folder}: `man leadq`, `man leadq-signals`\n")))
}

/// Removes the subcommand `help`, which has no page of its own.
fn without_help(command: clap::Command) -> clap::Command {
    command.disable_help_subcommand(true).mut_subcommands(without_help)
}

/// Writes the pages of a command and of its subcommands, and returns their number.
fn write_pages(command: &clap::Command, folder: &Path) -> anyhow::Result<usize> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let path = folder.join(format!("{name}.{SECTION}"));
    fs::write(&path, page(command)?)
        .with_context(|| format!("cannot write the page {}", path.display()))?;
    let mut count = 1;
    for subcommand in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        count += write_pages(subcommand, folder)?;
    }
    Ok(count)
}

fn page(command: &clap::Command) -> anyhow::Result<String> {
    let (mut page, source) = (Vec::new(), concat!("leadq ", env!("CARGO_PKG_VERSION")));
    let man = Man::new(command.clone()).section(SECTION).source(source).manual("Manual of leadq");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut page)?;
    }
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    sections(&help).to_writer(&mut page)?;
    Ok(in_ascii(&String::from_utf8(page)?))
}

/// Escapes other characters than those of ASCII, which not every formatter reads.
fn in_ascii(page: &str) -> String {
    let escaped = page.chars().map(|c| match c {
        c if c.is_ascii() => c.to_string(),
        c => format!("\\[u{:04X}]", u32::from(c)),
    });
    escaped.collect()
}

/// Formats examples and exit codes, whose lines stay as they are.
fn sections(help: &str) -> Roff {
    let mut page = Roff::default();
    let mut is_open = false;
    for line in help.lines() {
        match line.strip_suffix(':').filter(|heading| !heading.starts_with(' ')) {
            Some(heading) => {
                if is_open {
                    page.control("fi", []);
                }
                let (title, rest) = heading.split_once(", ").unwrap_or((heading, ""));
                page.control("SH", [title.to_uppercase().as_str()]);
                if !rest.is_empty() {
                    page.text([bold(rest)]);
                }
                page.control("nf", []);
                is_open = true;
            }
            None => {
                page.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
            }
        }
    }
    if is_open {
        page.control("fi", []);
    }
    page
}
