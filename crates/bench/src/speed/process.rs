//! What the system knows of this process. Nought where it does not tell.

/// The most memory ever held at once.
pub(crate) fn memory_peak_bytes() -> usize {
    field("/proc/self/status", "VmHWM:") * 1024
}

/// Bytes handed to the disk.
pub(crate) fn bytes_written() -> usize {
    field("/proc/self/io", "write_bytes:")
}

/// `USER_HZ`: one hundred on every Linux that people run.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time of all threads so far, ended ones too.
pub(crate) fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name stands in brackets and may hold spaces; the times are fields 14 and 15.
    let after = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let times = after.split_whitespace().skip(11).take(2);
    times.filter_map(|word| word.parse::<f64>().ok()).sum::<f64>() / TICKS_PER_SECOND
}

fn field(file: &str, name: &str) -> usize {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
