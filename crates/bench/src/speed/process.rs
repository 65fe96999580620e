//! Resource usage of this process from `/proc`; 0 on systems without it.

/// Reads the peak resident memory.
pub(crate) fn memory_peak_bytes() -> usize {
    field("/proc/self/status", "VmHWM:") * 1024
}

/// Reads the resident memory of a process, now and at its peak.
pub(crate) fn memory_bytes_of(pid: u32) -> (usize, usize) {
    let file = format!("/proc/{pid}/status");
    (field(&file, "VmRSS:") * 1024, field(&file, "VmHWM:") * 1024)
}

/// Reads the number of bytes written to disk.
pub(crate) fn bytes_written() -> usize {
    field("/proc/self/io", "write_bytes:")
}

/// `USER_HZ`: 100 on every common Linux system.
const TICKS_PER_SECOND: f64 = 100.0;

/// Reads the processor time of all threads so far, including ended ones.
pub(crate) fn cpu_seconds() -> f64 {
    Times::of("self").map_or(0.0, |times| times.own)
}

/// Reads the processor time of this process' ended children and their descendants.
pub(crate) fn children_cpu_seconds() -> f64 {
    Times::of("self").map_or(0.0, |times| times.ended_children)
}

/// Reads the processor time of processes and all their descendants.
pub(crate) fn trees_cpu_seconds(roots: &[u32]) -> f64 {
    let processes: Vec<(u32, Times)> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            Some((pid, Times::of(&pid.to_string())?))
        })
        .collect();
    let mut tree = roots.to_vec();
    let mut at = 0;
    while let Some(parent) = tree.get(at).copied() {
        let children = processes.iter().filter(|(_, times)| times.parent == parent);
        tree.extend(children.map(|(pid, _)| *pid));
        at += 1;
    }
    let counted = processes.iter().filter(|(pid, _)| tree.contains(pid));
    counted.map(|(_, times)| times.own + times.ended_children).sum()
}

/// The times of a process, in seconds.
struct Times {
    parent: u32,
    own: f64,
    ended_children: f64,
}

impl Times {
    fn of(process: &str) -> Option<Self> {
        let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name is in parentheses and may contain spaces; the parent is field 4, the times are
        // fields 14 to 17.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let seconds = |at: usize| -> Option<f64> {
            Some(fields.get(at)?.parse::<f64>().ok()? / TICKS_PER_SECOND)
        };
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: seconds(11)? + seconds(12)?,
            ended_children: seconds(13)? + seconds(14)?,
        })
    }
}

fn field(file: &str, name: &str) -> usize {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
