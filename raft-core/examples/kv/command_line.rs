//! What the command line asks for.

use super::parse_peer;
use anyhow::{Context, Result, bail};
use lexopt::prelude::{Long, Short, Value, ValueExt};
use raft_core::raft::NodeId;
use std::collections::BTreeMap;
use std::path::PathBuf;

const HELP: &str = "\
kv init --id N --peers 1=host:port,2=… --data DIR   make a founder's directory, once
kv join --id N --data DIR                           make the directory of one to be added
kv serve --peers 1=host:port,2=… --data DIR         run a server
    --listen HOST:PORT      where to listen, if --peers does not say
    --snapshot-entries N    entries between two snapshots (10000)
    --verbose               print the reasons of all decisions
kv check --data DIR                                 read a directory as a start would
kv put KEY VALUE | get KEY | add KEY NUMBER | delete KEY | status | members | transfer N
kv members add N=host:port | members remove N
    --servers host:port,host:port,…                 for all of these";

/// What to do.
pub enum CommandLine {
    /// Make a founder.
    Init {
        /// Its name.
        id: NodeId,
        /// All founders.
        founders: Vec<NodeId>,
        /// Its directory.
        data: PathBuf,
    },
    /// Make a server that is to be added.
    Join {
        /// Its name.
        id: NodeId,
        /// Its directory.
        data: PathBuf,
    },
    /// Read a directory.
    Check {
        /// Which.
        data: PathBuf,
    },
    /// Run a server.
    Serve(Serve),
    /// Ask the cluster something that needs no session.
    Ask {
        /// The request.
        line: String,
        /// Whom.
        servers: Vec<String>,
    },
    /// Have a command of the state machine done.
    Command {
        /// The command.
        command: String,
        /// By whom.
        servers: Vec<String>,
    },
    /// Ask each server how it fares.
    Status {
        /// Whom.
        servers: Vec<String>,
    },
    /// Make a server a member.
    AddMember {
        /// Its name.
        id: NodeId,
        /// Where it listens.
        address: String,
        /// The members.
        servers: Vec<String>,
    },
}

/// How to run a server.
pub struct Serve {
    /// Its directory.
    pub data: PathBuf,
    /// Where the servers are.
    pub peers: BTreeMap<NodeId, String>,
    /// Where it listens, if the peers do not tell.
    pub listen: Option<String>,
    /// Entries between two snapshots.
    pub snapshot_entries: u64,
    /// Whether it prints the reasons of its decisions.
    pub is_verbose: bool,
}

#[derive(Default)]
struct Options {
    words: Vec<String>,
    id: Option<u32>,
    data: Option<PathBuf>,
    peers: BTreeMap<NodeId, String>,
    servers: Vec<String>,
    listen: Option<String>,
    snapshot_entries: Option<u64>,
    is_verbose: bool,
}

impl CommandLine {
    /// Reads the arguments of this process.
    pub fn read() -> Result<CommandLine> {
        let options = Options::read(lexopt::Parser::from_env())?;
        let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
        let joined = words.join(" ");
        let asks = |line: &str| -> Result<CommandLine> {
            Ok(CommandLine::Ask { line: line.into(), servers: options.servers()? })
        };
        Ok(match words[..] {
            ["init"] => {
                let (id, data) = (options.id()?, options.data()?);
                let founders: Vec<NodeId> = options.peers.keys().copied().collect();
                if !founders.contains(&id) {
                    bail!("--peers has to name all founders, {id} among them");
                }
                CommandLine::Init { id, founders, data }
            }
            ["join"] => CommandLine::Join { id: options.id()?, data: options.data()? },
            ["check"] => CommandLine::Check { data: options.data()? },
            ["serve"] => CommandLine::Serve(Serve {
                data: options.data()?,
                peers: options.peers,
                listen: options.listen,
                snapshot_entries: options.snapshot_entries.unwrap_or(10_000),
                is_verbose: options.is_verbose,
            }),
            ["put", _, _] | ["add", _, _] | ["delete", _] => {
                CommandLine::Command { command: joined, servers: options.servers()? }
            }
            ["get", _] | ["transfer", _] => asks(&joined)?,
            ["status" | "members"] => CommandLine::Status { servers: options.servers()? },
            ["members", "remove", id] => asks(&format!("member remove {id}"))?,
            ["members", "add", member] => {
                let (id, address) = parse_peer(member)?;
                CommandLine::AddMember { id, address, servers: options.servers()? }
            }
            _ => bail!("{HELP}"),
        })
    }
}

impl Options {
    fn read(mut parser: lexopt::Parser) -> Result<Options> {
        let mut options = Options::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Value(word) => options.words.push(word.string()?),
                Long("id") => options.id = Some(parser.value()?.parse()?),
                Long("data") => options.data = Some(parser.value()?.into()),
                Long("listen") => options.listen = Some(parser.value()?.string()?),
                Long("verbose") => options.is_verbose = true,
                Long("snapshot-entries") => {
                    options.snapshot_entries = Some(parser.value()?.parse()?);
                }
                Long("servers") => {
                    let servers = parser.value()?.string()?;
                    options.servers = servers.split(',').map(str::to_string).collect();
                }
                Long("peers") => {
                    let peers = parser.value()?.string()?;
                    options.peers = peers.split(',').map(parse_peer).collect::<Result<_>>()?;
                }
                Long(_) | Short(_) => bail!("{HELP}"),
            }
        }
        Ok(options)
    }

    fn id(&self) -> Result<NodeId> {
        self.id.map(NodeId).with_context(|| format!("--id is missing\n{HELP}"))
    }

    fn data(&self) -> Result<PathBuf> {
        self.data.clone().with_context(|| format!("--data is missing\n{HELP}"))
    }

    fn servers(&self) -> Result<Vec<String>> {
        if self.servers.is_empty() {
            bail!("--servers is missing\n{HELP}");
        }
        Ok(self.servers.clone())
    }
}
