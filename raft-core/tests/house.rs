//! The house's own rules, held by a test: who may know whom, what is deliberately absent, and how
//! large a file may grow.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms in the order of the chain: each knows only those before it.
const ROOMS: [&str; 5] = ["raft", "sim", "check", "timeline", "nothing"];
/// What every room may know.
const GROUND: [&str; 3] = ["time", "chance", "chunks"];
/// Lines of a file, tests included. One concept fits.
const LINES_MAX: usize = 450;

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(found.len() > 30, "the sources are where they were");
    found
}

/// The first folder or file name below `src`.
fn room(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_string()
}

#[test]
fn each_room_knows_only_those_before_it() {
    for (path, text) in sources() {
        let room = room(&path);
        let allowed = match ROOMS.iter().position(|known| *known == room) {
            Some(at) => &ROOMS[..=at],
            None if room == "lib" => continue,
            None => &[],
        };
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let name = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
                let known = allowed.contains(&name) || GROUND.contains(&name);
                assert!(known, "{}: {room} may not know {name}: {line}", path.display());
            }
        }
    }
}

#[test]
fn what_would_make_runs_differ_is_absent() {
    // `thread_local!` is of `std`, which only the crate's own tests have: they count with it.
    let banned = ["f32", "f64", "HashMap", "HashSet", "SystemTime", "thread::", "Rc<", "RefCell"];
    for (path, text) in sources() {
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for word in banned {
                let found = line.contains(word) && !line.contains(&format!("{word}ed"));
                assert!(!found, "{}: {word} in: {line}", path.display());
            }
        }
    }
}

#[test]
fn files_stay_small() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines; is it one concept?", path.display());
        for (number, line) in text.lines().enumerate() {
            let is_table = line.trim_start().starts_with("//! |") || line.contains("\", \"");
            let length = line.chars().count();
            let fits = length <= 100 || is_table || line.contains('"');
            assert!(fits, "{}:{} has {length} characters", path.display(), number + 1);
        }
    }
}
