//! The clock by which long work is cut into slices.

use wasm_bindgen::JsCast;

/// A moment of the wall's clock after which work stops for now.
pub struct Budget {
    until: f64,
}

impl Budget {
    /// So many milliseconds from now.
    pub fn of_millis(millis: f64) -> Budget {
        Budget { until: now() + millis }
    }

    /// Whether the time is up.
    pub fn is_spent(&self) -> bool {
        now() >= self.until
    }
}

/// Milliseconds, of a page or a worker; where there is no clock no time passes.
fn now() -> f64 {
    let global = js_sys::global();
    let performance = match global.dyn_ref::<web_sys::Window>() {
        Some(window) => window.performance(),
        None => global
            .dyn_ref::<web_sys::WorkerGlobalScope>()
            .and_then(web_sys::WorkerGlobalScope::performance),
    };
    performance.map_or(0.0, |performance| performance.now())
}
