//! Shrinking: less that still fails, and what is printed of it.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;
use std::time::{Duration, Instant};

/// How long is spent on what is printed.
const PATIENCE: Duration = Duration::from_secs(60);

/// The fewest of the lines that still fail.
pub fn shrink(lines: Vec<String>, fails: impl Fn(&str) -> bool) -> String {
    shortest(lines, |lines| fails(&lines.join("\n"))).join("\n")
}

/// The fewest of the items that still fail, as far as dropping stretches of them finds any:
/// halves first, single ones last, until nothing can be dropped.
pub fn shortest<T: Clone>(items: Vec<T>, fails: impl Fn(&[T]) -> bool) -> Vec<T> {
    let (mut kept, begin) = (items, Instant::now());
    let mut size = kept.len().div_ceil(2);
    while size > 0 && begin.elapsed() < PATIENCE {
        let mut at = 0;
        let before = kept.len();
        while at < kept.len() {
            let rest = &kept[(at + size).min(kept.len())..];
            let fewer = [&kept[..at], rest].concat();
            if fails(&fewer) { kept = fewer } else { at += size }
        }
        let is_done = size == 1 && kept.len() == before;
        size = if is_done { 0 } else { (size / 2).max(1) };
    }
    kept
}

/// What a check says when it panics; nothing of it is printed.
pub fn panic_of(check: impl FnOnce()) -> Option<String> {
    thread_local!(static IS_QUIET: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = take_hook();
        set_hook(Box::new(move |info| {
            if !IS_QUIET.with(Cell::get) {
                loud(info);
            }
        }));
    });
    let was_quiet = IS_QUIET.with(|quiet| quiet.replace(true));
    let outcome = catch_unwind(AssertUnwindSafe(check));
    IS_QUIET.with(|quiet| quiet.set(was_quiet));
    outcome.err().map(|payload| text_of(&*payload))
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").to_string()
}
