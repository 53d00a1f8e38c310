//! Shrinking: fewer lines that still do the same.

/// The fewest of the lines that still fail, as far as dropping stretches of them finds any:
/// halves first, single lines last, until nothing can be dropped.
pub fn shrink(lines: Vec<String>, fails: impl Fn(&str) -> bool) -> String {
    let mut kept = lines;
    let mut size = kept.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        let before = kept.len();
        while at < kept.len() {
            let fewer: Vec<String> =
                kept[..at].iter().chain(&kept[(at + size).min(kept.len())..]).cloned().collect();
            if fails(&fewer.join("\n")) { kept = fewer } else { at += size }
        }
        let is_done = size == 1 && kept.len() == before;
        size = if is_done { 0 } else { (size / 2).max(1) };
    }
    kept.join("\n")
}
