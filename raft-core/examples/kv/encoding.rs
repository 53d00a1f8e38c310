//! Values as bytes, for the wire and for the disk.
//!
//! By hand: the core has no dependencies, so a serialisation library would need a twin of each of
//! its types. All numbers are little-endian; a list begins with its length in 32 bits; a value
//! that may be absent, and one of several kinds, begins with a byte that tells.

use raft_core::raft::{
    AppendReply, Body, Chunk, Entry, HardState, LogWrite, Membership, Message, NodeId, Payload,
    Position, Round, Snapshot,
};
use raft_core::time::Instant;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value that bytes can stand for.
pub trait Encode: Sized {
    /// Adds the bytes of this value.
    fn write(&self, out: &mut Vec<u8>);

    /// Takes a value off the front; nothing when the bytes are no such value.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

/// The bytes of a value.
pub fn encode(value: &impl Encode) -> Vec<u8> {
    let mut out = Vec::new();
    value.write(&mut out);
    out
}

/// The value that all of these bytes stand for.
pub fn decode<T: Encode>(mut bytes: &[u8]) -> Option<T> {
    let value = T::read(&mut bytes)?;
    bytes.is_empty().then_some(value)
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Encode for $number {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(Self::from_le_bytes(*bytes))
            }
        }
    )*};
}

/// The fields of a struct, one after the other.
macro_rules! fields {
    ($type:ty { $($field:tt),* }) => {
        impl Encode for $type {
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)*
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: Encode::read(from)?),* })
            }
        }
    };
}
pub(crate) use fields;

/// The number of a variant, then its fields, each with a name to hold it by.
macro_rules! variants {
    ($type:ty { $($tag:literal => $variant:ident { $($field:tt: $name:ident),* },)* }) => {
        impl Encode for $type {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant { $($field: $name),* } => {
                        out.push($tag);
                        $($name.write(out);)*
                    })*
                }
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                match u8::read(from)? {
                    $($tag => Some(Self::$variant { $($field: Encode::read(from)?),* }),)*
                    _ => None,
                }
            }
        }
    };
}

numbers!(u8, u32, u64);
fields!(NodeId { 0 });
fields!(Instant { 0 });
fields!(Position { term, index });
fields!(HardState { current_term, voted_for, birth });
fields!(Entry { term, payload });
fields!(LogWrite { from, entries });
fields!(Membership { voters, outgoing, learners, learners_next, leaves_by_itself, births });
fields!(Snapshot { last, membership, data });
fields!(Round { number, sent_at, birth });
fields!(Chunk { last, membership, offset, data, done, round });
fields!(Message { term, body });

variants!(Payload {
    0 => Noop {},
    1 => Command { 0: bytes },
    2 => Membership { 0: membership },
});

variants!(AppendReply {
    0 => Accepted { match_index: index },
    1 => Rejected { prev: prev, hint: hint },
});

variants!(Body {
    0 => PreVote { term: term, last: last },
    1 => PreVoteReply { term: term, granted: granted },
    2 => RequestVote { last: last, transfer: transfer },
    3 => RequestVoteReply { granted: granted },
    4 => AppendEntries { prev: prev, entries: entries, commit: commit, round: round },
    5 => AppendEntriesReply { reply: reply, round: round },
    6 => InstallSnapshot { 0: chunk },
    7 => InstallSnapshotReply { last: last, received: bytes, installed: done, round: round },
    8 => TimeoutNow { last: last },
    9 => ReadIndex { read: read },
    10 => ReadIndexReply { read: read, index: index },
});

impl Encode for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(from: &mut &[u8]) -> Option<bool> {
        match u8::read(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<T: Encode> Encode for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(from: &mut &[u8]) -> Option<Option<T>> {
        Some(if bool::read(from)? { Some(T::read(from)?) } else { None })
    }
}

fn write_length(length: usize, out: &mut Vec<u8>) {
    u32::try_from(length).expect("no list here is that long").write(out);
}

/// The length comes from outside: room is made as the values arrive, never in advance.
impl<T: Encode> Encode for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        for value in self {
            value.write(out);
        }
    }

    fn read(from: &mut &[u8]) -> Option<Vec<T>> {
        (0..u32::read(from)?).map(|_| T::read(from)).collect()
    }
}

impl Encode for Arc<[u8]> {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        out.extend_from_slice(self);
    }

    fn read(from: &mut &[u8]) -> Option<Arc<[u8]>> {
        let length = usize::try_from(u32::read(from)?).ok()?;
        let (bytes, rest) = from.split_at_checked(length)?;
        *from = rest;
        Some(bytes.into())
    }
}

impl Encode for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<String> {
        String::from_utf8(Vec::read(from)?).ok()
    }
}

impl<T: Encode> Encode for Arc<T> {
    fn write(&self, out: &mut Vec<u8>) {
        T::write(self, out);
    }

    fn read(from: &mut &[u8]) -> Option<Arc<T>> {
        T::read(from).map(Arc::new)
    }
}

impl<A: Encode, B: Encode> Encode for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<(A, B)> {
        Some((A::read(from)?, B::read(from)?))
    }
}

impl<K: Encode + Ord, V: Encode> Encode for BTreeMap<K, V> {
    fn write(&self, out: &mut Vec<u8>) {
        write_length(self.len(), out);
        for (key, value) in self {
            key.write(out);
            value.write(out);
        }
    }

    fn read(from: &mut &[u8]) -> Option<BTreeMap<K, V>> {
        (0..u32::read(from)?).map(|_| Encode::read(from)).collect()
    }
}
