//! Networks of the real world: where the servers stand, and what is between them.
//!
//! With three zones, S1, S4, S7 … stand in the first, S2, S5, S8 … in the second and S3, S6, S9 …
//! in the third; clients likewise. Each number has its source beside it. Latencies are one way:
//! half of a published round trip.

use super::place::Place;
use super::settings::{LinkSettings, Range, Settings};
use crate::time::Duration;

/// Where the servers stand. Fixed for ever, as presets are.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum NetworkPreset {
    /// `one-rack`: one switch between all. A round trip within a data centre is about half a
    /// millisecond (Dean, "Numbers everyone should know", LADIS 2009).
    OneRack,
    /// `three-zones`: three availability zones of one region of a cloud. The best round trips
    /// between zones of AWS were measured at 0.25 to 3.4 ms (Kyle Anderson, "Measuring AWS Region
    /// and AZ Latency"), the average of two zones of Azure at 1.6 ms (Simon Painter, "Exploring
    /// Azure Network Latency"); here 0.5 to 2 ms.
    ThreeZones,
    /// `three-continents`: North America, Europe and East Asia. Monthly averages of round trips
    /// between East US, West Europe and Japan East as Microsoft publishes them ("Azure network
    /// round-trip latency statistics"), rounded: 80, 160 and 230 ms, each with a tenth of jitter.
    ThreeContinents,
    /// `bad-wifi`: on a campus more than half of all packets took over 20 ms for the hop, there
    /// and back, and one in ten took over 100 ms (Pei and others, "WiFi can be the weakest link
    /// of round trip network latency in the wild", INFOCOM 2016). The loss is chosen, not
    /// measured: enough to be seen.
    BadWifi,
    /// `satellite`: by a geostationary one. A message and its answer take at least 558 ms for the
    /// way alone (RFC 2488, section 2); with equipment 550 to 650 ms are usual.
    Satellite,
    /// `low-orbit`: by satellites in a low orbit: round trips of 25 to 60 ms (Starlink's
    /// specification for fixed sites on land).
    LowOrbit,
}

impl NetworkPreset {
    /// All of them.
    pub const ALL: [NetworkPreset; 6] = [
        NetworkPreset::OneRack,
        NetworkPreset::ThreeZones,
        NetworkPreset::ThreeContinents,
        NetworkPreset::BadWifi,
        NetworkPreset::Satellite,
        NetworkPreset::LowOrbit,
    ];

    /// Its name in scripts.
    pub fn name(self) -> &'static str {
        match self {
            NetworkPreset::OneRack => "one-rack",
            NetworkPreset::ThreeZones => "three-zones",
            NetworkPreset::ThreeContinents => "three-continents",
            NetworkPreset::BadWifi => "bad-wifi",
            NetworkPreset::Satellite => "satellite",
            NetworkPreset::LowOrbit => "low-orbit",
        }
    }

    /// Puts the servers there. Clients wait for an answer at least four times the longest round
    /// trip: with less patience they would never hear one.
    pub fn apply(self, settings: &mut Settings) {
        let rack = link(200, 300);
        let (links, zones, retry) = match self {
            NetworkPreset::OneRack => (rack, None, 500),
            NetworkPreset::ThreeZones => (rack, Some([link(250, 1_000); 3]), 500),
            NetworkPreset::ThreeContinents => {
                let between = [link(38_000, 42_000), link(76_000, 84_000), link(109_000, 121_000)];
                (rack, Some(between), 1_000)
            }
            NetworkPreset::BadWifi => (lossy(link(2_000, 50_000)), None, 500),
            NetworkPreset::Satellite => (link(275_000, 325_000), None, 2_600),
            NetworkPreset::LowOrbit => (link(12_500, 30_000), None, 500),
        };
        settings.links = links;
        settings.between_zones = zones.map(Into::into).unwrap_or_default();
        settings.special_links.clear();
        settings.retry = Duration::from_millis(retry);
    }
}

/// Which of the three links between zones is between two places; none within a zone.
pub(super) fn between(from: Place, to: Place) -> Option<usize> {
    let zone = |place: Place| (place.number() as usize).wrapping_sub(1) % ZONES;
    // 0 and 1, 0 and 2, 1 and 2.
    let (from, to) = (zone(from), zone(to));
    (from + to).checked_sub(1).filter(|_| from != to)
}

/// A link with latencies of so many microseconds.
fn link(low: u64, high: u64) -> LinkSettings {
    let latency = Range { low: Duration::from_micros(low), high: Duration::from_micros(high) };
    LinkSettings::of(latency)
}

/// The same with a loss of 2 %.
fn lossy(link: LinkSettings) -> LinkSettings {
    LinkSettings { loss: 20_000, ..link }
}

const ZONES: usize = 3;
