//! Wires between the servers that can be cut: a small relay for each direction of each pair.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// All wires.
pub struct Network {
    wires: Vec<Wire>,
}

struct Wire {
    from: usize,
    to: usize,
    /// Where the one who sends thinks that the other is.
    address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    is_cut: bool,
    streams: Vec<TcpStream>,
}

impl Network {
    /// Wires between servers that listen at these addresses.
    pub fn between(servers: &[String]) -> Network {
        let mut wires = Vec::new();
        for from in 0..servers.len() {
            for (to, target) in servers.iter().enumerate().filter(|&(to, _)| to != from) {
                let listener = TcpListener::bind("127.0.0.1:0").unwrap();
                let address = listener.local_addr().unwrap().to_string();
                let state = Arc::<Mutex<State>>::default();
                wires.push(Wire { from, to, address, state: state.clone() });
                let target = target.clone();
                // Waits for connections until the process ends.
                thread::spawn(move || {
                    for near in listener.incoming().flatten() {
                        // One that cannot be made is closed: the sender sees that.
                        let _ = relay(near, &target, &state);
                    }
                });
            }
        }
        Network { wires }
    }

    /// Where `from` finds `to`.
    pub fn address(&self, from: usize, to: usize) -> Option<&str> {
        let wire = self.wires.iter().find(|wire| (wire.from, wire.to) == (from, to));
        wire.map(|wire| wire.address.as_str())
    }

    /// Cuts a server off from the others, but not from its clients, or ends that.
    pub fn cut_off(&self, server: usize, is_cut: bool) {
        for wire in self.wires.iter().filter(|wire| wire.from == server || wire.to == server) {
            let mut state = wire.state.lock().unwrap();
            state.is_cut = is_cut;
            if is_cut {
                for stream in state.streams.drain(..) {
                    let _ = stream.shutdown(Shutdown::Both);
                }
            }
        }
    }
}

fn relay(near: TcpStream, target: &str, state: &Mutex<State>) -> io::Result<()> {
    let far = TcpStream::connect(target)?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let mut state = state.lock().unwrap();
    if state.is_cut {
        return Ok(());
    }
    state.streams.extend([near.try_clone()?, far.try_clone()?]);
    for (mut from, mut to) in [(near.try_clone()?, far.try_clone()?), (far, near)] {
        thread::spawn(move || {
            let _ = io::copy(&mut from, &mut to);
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
    Ok(())
}
