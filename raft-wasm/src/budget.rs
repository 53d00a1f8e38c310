//! The clock by which long work is cut into slices.

use wasm_bindgen::JsCast;
use web_sys::Performance;

/// A moment of the wall's clock after which work stops for now.
pub struct Budget {
    clock: Option<Performance>,
    until: f64,
}

impl Budget {
    /// So many milliseconds from now.
    pub fn of_millis(millis: f64) -> Budget {
        let clock = performance();
        Budget { until: now(&clock) + millis, clock }
    }

    /// Whether the time is up.
    pub fn is_spent(&self) -> bool {
        now(&self.clock) >= self.until
    }
}

/// Milliseconds; where there is no clock no time passes.
fn now(clock: &Option<Performance>) -> f64 {
    clock.as_ref().map_or(0.0, Performance::now)
}

/// The clock of a page or a worker.
fn performance() -> Option<Performance> {
    let global = js_sys::global();
    match global.dyn_ref::<web_sys::Window>() {
        Some(window) => window.performance(),
        None => global
            .dyn_ref::<web_sys::WorkerGlobalScope>()
            .and_then(web_sys::WorkerGlobalScope::performance),
    }
}
