//! Links, for the page: it deflates and inflates, everything else is the core's.

use crate::details::{Companion, LinkParts, LinkProblem, OpenedLink, to_js};
use raft_core::timeline::link::{self, Codec, Link};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// The fragment that carries a deflated, base64url payload; of two runs when `beside`.
#[wasm_bindgen(js_name = sealLink)]
pub fn seal_link(body: &str, beside: Option<bool>) -> String {
    link::seal(Codec::Deflated, if beside == Some(true) { 2 } else { 1 }, body)
}

/// Takes a fragment apart: `{codec, body}`. Throws `{code, message}`.
#[wasm_bindgen(js_name = openLink)]
pub fn open_link(fragment: &str) -> Result<JsValue, JsValue> {
    let (codec, body) = link::open(fragment).map_err(|error| LinkProblem::of(&error))?;
    let codec = match codec {
        Codec::Text => "t",
        Codec::Deflated => "z",
    };
    Ok(to_js(&OpenedLink { codec, body }))
}

/// Reads a link's payload. Throws `{code, message}`.
#[wasm_bindgen(js_name = readLink)]
pub fn read_link(payload: &str) -> Result<JsValue, JsValue> {
    let link = Link::read(payload).map_err(|error| LinkProblem::of(&error))?;
    Ok(to_js(&LinkParts {
        script: link.script,
        at: link.at.0 as f64,
        events: link.events as f64,
        caption: link.caption as f64,
        version: link.engine.to_string(),
        checksum: format!("{:08x}", link.checksum),
        beside: link.beside.map(|companion| Companion {
            script: companion.script,
            checksum: format!("{:08x}", companion.checksum),
        }),
    }))
}
