//! Presets: what was published stays, and every real system works in every network it can.
#![cfg(feature = "sim")]

mod common;

use common::script;
use raft_core::sim::script::{parse, with_preset};
use raft_core::sim::settings::{NetworkPreset, Preset, Settings};
use raft_core::sim::stability::{Stability, Weight};
use raft_core::timeline::Timeline;
use std::fmt::Write;

/// Every setting of every preset and network. Lines are added, never changed.
const PUBLISHED: &str = include_str!("presets.txt");

#[test]
fn what_was_published_never_changes() {
    let mut all = String::new();
    let mut add = |name: &str, settings: &Settings| {
        writeln!(all, "{name}").unwrap();
        settings.knobs().iter().for_each(|knob| writeln!(all, "  {knob}").unwrap());
        let between = settings.between_zones.iter().map(|link| link.latency.to_string());
        between.for_each(|latency| writeln!(all, "  between zones {latency}").unwrap());
    };
    Preset::ALL
        .iter()
        .for_each(|preset| add(&format!("preset {}", preset.name()), &preset.settings()));
    for network in NetworkPreset::ALL {
        let mut settings = Preset::Paper.settings();
        network.apply(&mut settings);
        add(&format!("network {}", network.name()), &settings);
    }
    for (number, (now, then)) in all.lines().zip(PUBLISHED.lines()).enumerate() {
        assert_eq!(now, then, "line {}: what was published has changed", number + 1);
    }
    assert_eq!(all, PUBLISHED, "what is new stands at the end of presets.txt:\n{all}");
}

#[test]
fn a_script_keeps_its_preset_and_its_network() {
    for preset in Preset::ALL {
        for network in NetworkPreset::ALL {
            let (preset_name, network_name) = (preset.name(), network.name());
            let text = format!("raft 1\npreset {preset_name}\nnetwork {network_name}\n");
            let script = script(&text);
            assert_eq!((script.preset, script.network), (preset, Some(network)));
            assert_eq!(parse(&script.to_string()), Ok(script));
        }
    }
}

#[test]
fn the_order_of_preset_network_and_settings_in_the_text_does_not_matter() {
    let settings = |lines: &str| script(&format!("raft 1\n{lines}")).first_settings();
    let expected = settings("preset etcd\nnetwork three-zones\nset loss 1%\nset latency S1>S4 9ms");
    let other = settings("set loss 1%\nset latency S1>S4 9ms\nnetwork three-zones\npreset etcd");
    assert_eq!(expected, other);
    // Within a zone, between two, and the one link that has its own; the loss is everywhere.
    use raft_core::raft::NodeId;
    use raft_core::sim::place::Place::{Client, Server};
    let latency = |from, to| {
        let link = expected.link(from, to);
        assert_eq!(link.loss, 10_000);
        link.latency.to_string()
    };
    let server = |id| Server(NodeId(id));
    assert_eq!(latency(server(1), server(2)), "0.25..1ms");
    assert_eq!(latency(server(4), server(1)), "0.2..0.3ms");
    assert_eq!(latency(server(1), server(4)), "9ms");
    assert_eq!(latency(Client(2), server(5)), "0.2..0.3ms");
    assert_eq!(latency(Client(2), server(6)), "0.25..1ms");
}

#[test]
fn another_preset_leaves_the_rest_of_the_text_alone() {
    let text = "# A comment.\n\nraft 1\nseed 4 # mine\npreset paper # watch\nnetwork bad-wifi\n\
                set loss 1%\n\n  at 5ms heal\n";
    let rewritten = with_preset(text, Preset::Etcd, Some(NetworkPreset::OneRack));
    let expected = "# A comment.\n\nraft 1\nseed 4 # mine\npreset etcd\nnetwork one-rack\n\
                    set loss 1%\n\n  at 5ms heal\n";
    assert_eq!(rewritten, expected);
    let without = with_preset(&rewritten, Preset::Paper, None);
    assert_eq!(without, expected.replace("etcd\nnetwork one-rack", "paper"));
    for (text, expected) in [
        ("raft 1\nseed 4", "raft 1\npreset etcd\nseed 4\n"),
        ("raft 1", "raft 1\npreset etcd\n"),
        ("", "preset etcd\n"),
    ] {
        assert_eq!(with_preset(text, Preset::Etcd, None), expected);
    }
}

#[test]
fn each_knob_knows_who_turned_it() {
    let text = "raft 1\npreset etcd\nnetwork bad-wifi\nset heartbeat 150ms\nset loss 9%";
    let script = script(text);
    let of = |name: &str| {
        let knobs = script.first_settings().knobs();
        let knob = knobs.into_iter().find(|knob| knob.name() == name).unwrap();
        script.origin(&knob).code()
    };
    let origins = ["election", "heartbeat", "latency", "loss", "sync"].map(of);
    assert_eq!(origins, ["preset", "script", "network", "script", "preset"]);
}

#[test]
fn every_system_elects_a_leader_that_stays_and_serves_where_nothing_warns() {
    let mut runs = 0;
    for preset in Preset::ALL.into_iter().filter(|preset| !preset.is_mistake()) {
        for network in NetworkPreset::ALL {
            let (preset_name, network_name) = (preset.name(), network.name());
            let head = format!("raft 1\nservers 5\npreset {preset_name}\nnetwork {network_name}");
            let settings = script(&head).first_settings();
            let hints = Stability::of(&settings, 5).hints;
            if hints.first().is_some_and(|hint| hint.kind.weight() < Weight::Advice) {
                continue;
            }
            runs += 1;
            let election = settings.protocol.election_max;
            let length = election.0 * 8 + 20_000_000;
            let text = format!(
                "{head}\nclients 1\nwhen leader elected: put x 1\nthen C1 answered: get x\n\
                 then C1 answered: crash leader\nthen leader elected: put x 2\n\
                 run {}us\nexpect leader\nexpect no violation\nexpect value x 2",
                length
            );
            let mut timeline = Timeline::new(script(&text));
            while timeline.step().is_some() {}
            let failed = timeline.verdicts().iter().find(|verdict| !verdict.held);
            let failed = failed.map(|verdict| timeline.script().lines[verdict.line].to_string());
            assert_eq!(failed, None, "{text}");
        }
    }
    assert!(runs > 60, "only {runs}");
}
