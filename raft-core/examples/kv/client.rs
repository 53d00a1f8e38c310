//! A client: finds the leader, asks again for as long as it has patience, and numbers its commands
//! so that asking again never does a thing twice (thesis §6.3).

use std::fmt;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::thread;
use std::time::{Duration, Instant};

/// A server is given so long to answer; it promises to answer sooner.
const ANSWER_WAIT: Duration = Duration::from_secs(4);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// A client of the cluster.
pub struct Client {
    servers: Vec<String>,
    patience: Duration,
    /// Which of the servers is asked next, when the leader is not known.
    next: usize,
    connection: Option<BufReader<TcpStream>>,
    /// The session, and the number of its last command.
    session: Option<(String, u64)>,
}

/// Why there is no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Failure {
    /// Patience ended. A command may have been done, or may be yet.
    Unknown(String),
    /// The session expired. A command may have been done.
    Expired,
    /// The cluster says no.
    Refused(String),
}

impl Client {
    /// A client of the cluster that these servers belong to.
    pub fn new(servers: Vec<String>, patience: Duration) -> Client {
        Client { servers, patience, next: 0, connection: None, session: None }
    }

    /// Has a command done, exactly once if it is answered.
    pub fn command(&mut self, command: &str) -> Result<String, Failure> {
        let (session, number) = match self.session.take() {
            Some(session) => session,
            None => (self.ask("open")?, 0),
        };
        let number = number + 1;
        let answer = self.ask(&format!("do {session} {number} {command}"));
        if answer != Err(Failure::Expired) {
            self.session = Some((session, number));
        }
        answer
    }

    /// Asks until there is an answer or patience ends.
    pub fn ask(&mut self, line: &str) -> Result<String, Failure> {
        let until = Instant::now() + self.patience;
        loop {
            let answer = match self.try_once(line) {
                Ok(answer) => answer,
                Err(error) => {
                    self.connection = None;
                    format!("retry {error}")
                }
            };
            let (word, rest) = answer.split_once(' ').unwrap_or((&answer, ""));
            match word {
                "ok" => return Ok(rest.into()),
                "expired" => return Err(Failure::Expired),
                "error" => return Err(Failure::Refused(rest.into())),
                // A leader that is gone fails to answer, and another server is asked then.
                "redirect" => self.connection = connect(rest).ok(),
                _ => self.connection = None,
            }
            if Instant::now() >= until {
                return Err(Failure::Unknown(answer));
            }
            if self.connection.is_none() {
                thread::sleep(PAUSE);
            }
        }
    }

    fn try_once(&mut self, line: &str) -> io::Result<String> {
        if self.connection.is_none() {
            self.next += 1;
            self.connection = Some(connect(&self.servers[self.next % self.servers.len()])?);
        }
        match &mut self.connection {
            Some(connection) => exchange(connection, line),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

/// Asks this one server, once.
pub fn ask_one(server: &str, line: &str) -> io::Result<String> {
    exchange(&mut connect(server)?, line)
}

fn connect(server: &str) -> io::Result<BufReader<TcpStream>> {
    let address = server.to_socket_addrs()?.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_WAIT))?;
    Ok(BufReader::new(stream))
}

fn exchange(connection: &mut BufReader<TcpStream>, line: &str) -> io::Result<String> {
    connection.get_mut().write_all(format!("{line}\n").as_bytes())?;
    let mut answer = String::new();
    connection.read_line(&mut answer)?;
    match answer.strip_suffix('\n') {
        Some(answer) => Ok(answer.to_string()),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Unknown(last) => write!(f, "No answer in time; the last one was: {last}"),
            Failure::Expired => write!(f, "The session expired; whether it was done is unknown."),
            Failure::Refused(why) => write!(f, "Refused: {why}"),
        }
    }
}

impl std::error::Error for Failure {}
