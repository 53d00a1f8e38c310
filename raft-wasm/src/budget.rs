//! The clock by which long work is cut into slices.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
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

/// Milliseconds. Where there is no clock the time is always up: work goes on slice by slice.
fn now(clock: &Option<Performance>) -> f64 {
    clock.as_ref().map_or(f64::INFINITY, Performance::now)
}

/// The clock of a page, a worker or Node: all have it under the same name.
fn performance() -> Option<Performance> {
    let clock = Reflect::get(&js_sys::global(), &JsValue::from_str("performance")).ok()?;
    clock.is_object().then(|| clock.unchecked_into())
}
