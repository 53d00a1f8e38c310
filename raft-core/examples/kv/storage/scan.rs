//! What the bytes of a log file say, and whether what is wrong with them is the harmless trace of
//! a crash or damage.
//!
//! The two look alike and must never be taken for each other. A frame that was being written when
//! the process died was never acknowledged: to cut it loses nothing, and to refuse it would keep a
//! healthy server down. A frame that was synced may hold a vote or a committed entry: to cut it
//! would let this server vote twice, or let a cluster forget what it promised.
//!
//! # The file
//!
//! ```text
//! 0     sector: "raft-kv log 1", a random salt, checksum
//! 512   sector: the mark: all bytes before this length are synced; checksum
//! 1024  frame, frame, frame …
//! frame = length of the payload (4), sequence number (8), checksum of the payload (4),
//!         checksum of these 16 bytes (4), payload
//! ```
//!
//! Checksums are CRC-32C and begin with the salt, so that no frame of an older file that a block
//! of the disk still holds is taken for one of this file.
//!
//! # The verdict
//!
//! A frame is written only after the one before it was synced, and the mark only after a sync, and
//! before anybody is told that the write is done. So a frame that is not intact is damage when
//!
//! - it begins before the mark: it was synced. The mark itself is not synced at once, but it
//!   survives the death of the process, so after a kill it is exact; after a power cut it may be a
//!   frame behind;
//! - or any later frame has an intact header: the broken one was synced before that was begun. So
//!   a broken length in the middle is not mistaken for an end that is missing;
//! - or it does not look like an unfinished write. That is one of which the end is missing, or of
//!   which a part within one sector is all zeros, as a file system leaves it that made the file
//!   longer before its blocks were written. All bytes there and a wrong checksum is damage.
//!
//! What remains is a last frame, not known to be synced, and visibly unfinished: it may be cut.

/// A sector: what a disk writes as a whole.
pub const SECTOR: usize = 512;
/// Where the frames begin.
pub const FRAMES: usize = 2 * SECTOR;
/// Bytes of a frame before its payload.
pub const FRAME_HEADER: usize = 20;
const MAGIC: &[u8] = b"raft-kv log 1\n";

/// What a log file holds.
#[derive(Debug, Eq, PartialEq)]
pub struct Contents<'a> {
    /// The salt of its checksums.
    pub salt: u64,
    /// The payloads of its frames, in order, each with its offset.
    pub payloads: Vec<(u64, &'a [u8])>,
    /// Where the last intact frame ends. What follows is an unfinished write.
    pub end: u64,
}

/// Bytes that were synced are not what they were.
#[derive(Debug, Eq, PartialEq)]
pub struct Damage {
    /// Where, in bytes from the beginning of the file.
    pub offset: u64,
    /// What is wrong there.
    pub what: String,
}

/// Reads a log file.
pub fn scan(bytes: &[u8]) -> Result<Contents<'_>, Damage> {
    let damage = |offset: usize, what: String| Damage { offset: offset as u64, what };
    let salt = read_first_sector(bytes)
        .ok_or_else(|| damage(0, "the first sector is not that of a log file".into()))?;
    let synced = read_mark(bytes, salt).ok_or_else(|| {
        damage(SECTOR, "the mark of what is synced does not match its checksum".into())
    })?;
    if synced > bytes.len() as u64 {
        let what = format!("the file ends here, but {synced} bytes of it were synced");
        return Err(damage(bytes.len(), what));
    }
    let mut payloads = Vec::new();
    let (mut at, mut sequence) = (FRAMES, 1);
    while at < bytes.len() {
        match read_frame(bytes, at, salt, sequence) {
            Ok(payload) => {
                payloads.push((at as u64, payload));
                at += FRAME_HEADER + payload.len();
                sequence += 1;
            }
            Err(fault) => {
                let what = fault.describe(sequence);
                if (at as u64) < synced {
                    return Err(damage(at, format!("{what}, and was synced")));
                }
                if let Some(later) = find_later_frame(bytes, at, salt, sequence) {
                    let what = format!("{what}, and a later frame begins at offset {later}");
                    return Err(damage(at, what));
                }
                if fault != Fault::Incomplete && !has_zero_sector(bytes, at) {
                    return Err(damage(at, format!("{what}, though all its bytes are there")));
                }
                break;
            }
        }
    }
    Ok(Contents { salt, payloads, end: at as u64 })
}

/// The first two sectors of a file.
pub fn beginning(salt: u64, synced: u64) -> Vec<u8> {
    let mut sector = MAGIC.to_vec();
    sector.extend_from_slice(&salt.to_le_bytes());
    let mut bytes = sealed(0, sector);
    bytes.extend(mark(salt, synced));
    bytes
}

/// The sector that says how far the file is synced.
pub fn mark(salt: u64, synced: u64) -> Vec<u8> {
    sealed(salt, synced.to_le_bytes().to_vec())
}

/// A frame.
pub fn frame(salt: u64, sequence: u64, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("no write is that long");
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend_from_slice(&sequence.to_le_bytes());
    bytes.extend_from_slice(&checksum(salt, payload).to_le_bytes());
    bytes.extend_from_slice(&checksum(salt, &bytes).to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    /// The file ends before the frame does.
    Incomplete,
    /// The header does not match its checksum.
    Header,
    /// The header is intact and belongs elsewhere.
    Sequence(u64),
    /// The payload does not match its checksum.
    Payload,
}

impl Fault {
    fn describe(self, sequence: u64) -> String {
        let rest = match self {
            Fault::Incomplete => "is incomplete".to_string(),
            Fault::Header => "has a header that does not match its checksum".to_string(),
            Fault::Sequence(found) => format!("calls itself frame {found}"),
            Fault::Payload => "has a payload that does not match its checksum".to_string(),
        };
        format!("frame {sequence} {rest}")
    }
}

fn read_frame(bytes: &[u8], at: usize, salt: u64, sequence: u64) -> Result<&[u8], Fault> {
    let rest = &bytes[at..];
    let Some(header) = rest.get(..FRAME_HEADER) else { return Err(Fault::Incomplete) };
    let (length, found, expected) = read_header(header, salt).ok_or(Fault::Header)?;
    if found != sequence {
        return Err(Fault::Sequence(found));
    }
    let payload = rest[FRAME_HEADER..].get(..length).ok_or(Fault::Incomplete)?;
    if checksum(salt, payload) != expected {
        return Err(Fault::Payload);
    }
    Ok(payload)
}

/// Length, sequence number and checksum of the payload.
fn read_header(header: &[u8], salt: u64) -> Option<(usize, u64, u32)> {
    let (length, rest) = header.split_first_chunk()?;
    let (sequence, rest) = rest.split_first_chunk()?;
    let (payload, rest) = rest.split_first_chunk()?;
    let (own, _) = rest.split_first_chunk()?;
    let is_intact = u32::from_le_bytes(*own) == checksum(salt, &header[..FRAME_HEADER - 4]);
    let length = u32::from_le_bytes(*length) as usize;
    is_intact.then_some((length, u64::from_le_bytes(*sequence), u32::from_le_bytes(*payload)))
}

/// Where a frame begins, after `at`, that comes after this one.
fn find_later_frame(bytes: &[u8], at: usize, salt: u64, sequence: u64) -> Option<usize> {
    let last = bytes.len().checked_sub(FRAME_HEADER)?;
    (at + 1..=last).find(|&from| {
        let header = read_header(&bytes[from..from + FRAME_HEADER], salt);
        header.is_some_and(|(_, found, _)| found > sequence)
    })
}

/// Whether a part of the file from `at` on that lies in one sector is all zeros. A few zeros at
/// an edge tell nothing: numbers are full of them.
fn has_zero_sector(bytes: &[u8], at: usize) -> bool {
    let first = (SECTOR - at % SECTOR).min(bytes.len() - at);
    let (head, rest) = bytes[at..].split_at(first);
    std::iter::once(head)
        .chain(rest.chunks(SECTOR))
        .any(|part| part.len() >= FRAME_HEADER && part.iter().all(|&byte| byte == 0))
}

fn read_first_sector(bytes: &[u8]) -> Option<u64> {
    let content = unsealed(0, bytes.get(..SECTOR)?)?;
    let (salt, _) = content.strip_prefix(MAGIC)?.split_first_chunk()?;
    Some(u64::from_le_bytes(*salt))
}

fn read_mark(bytes: &[u8], salt: u64) -> Option<u64> {
    let content = unsealed(salt, bytes.get(SECTOR..FRAMES)?)?;
    let (synced, _) = content.split_first_chunk()?;
    Some(u64::from_le_bytes(*synced))
}

/// A sector of its own, with its checksum at the end.
fn sealed(salt: u64, mut content: Vec<u8>) -> Vec<u8> {
    content.resize(SECTOR - 4, 0);
    let checksum = checksum(salt, &content);
    content.extend_from_slice(&checksum.to_le_bytes());
    content
}

fn unsealed(salt: u64, sector: &[u8]) -> Option<&[u8]> {
    let (content, expected) = sector.split_last_chunk()?;
    (checksum(salt, content) == u32::from_le_bytes(*expected)).then_some(content)
}

fn checksum(salt: u64, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&salt.to_le_bytes()), bytes)
}
