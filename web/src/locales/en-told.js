/**
 * What happens and why, in English: a sentence for each code of the engine, with its section of
 * the paper or of Ongaro’s dissertation.
 */
export const told = {
  'told.at': '{time} · {what}',
  'told.entry': 'entry {last}',
  'told.entries': 'entries {first} to {last}',
  'told.other': 'Something happened.',
  'told.sent': '{from} sends {to} {message}.',
  'told.arrived': '{to} receives {message} from {from}.',
  'told.lost-chance': 'A message from {from} to {to} is lost on the way.',
  'told.lost-cut': 'A message from {from} to {to} is lost: the link is cut.',
  'told.lost-down': 'A message from {from} to {to} is lost: {to} is down.',
  'told.lost-crowded': 'A message from {from} to {to} is lost: too many are in the air.',
  'told.lost-dropped': 'A message from {from} to {to} is dropped.',
  'told.writes': '{server} writes {what} to its disk.',
  'told.synced': '{server} has it safe on disk.',
  'told.applied': '{server} applies entry {index}.',
  'told.crashed': '{server} crashes. Its disk keeps what was synced.',
  'told.crashed-unsynced': '{server} crashes and loses {lost} {lost|entry|entries} '
    + 'it had not synced.',
  'told.forgot-vote': '{server} has lost its term and its vote: '
    + 'its disk had said that they were safe.',
  'told.forgot-entries': '{server} has lost {lost} {lost|entry|entries} '
    + 'that its disk had said were safe.',
  'told.forgot-all': '{server} has lost {lost} {lost|entry|entries}, its term and its vote: '
    + 'its disk had said that they were safe.',
  'told.corrupted-vote': 'Term and vote go bad on the disk of {server}. '
    + 'It will notice when it starts again.',
  'told.corrupted-entry': 'Entry {index} goes bad on the disk of {server}. '
    + 'It will notice when it starts again.',
  'told.unreadable-vote': '{server} cannot start: term and vote on its disk are damaged.',
  'told.unreadable-entry': '{server} cannot start: entry {index} on its disk is damaged.',
  'told.cut-off-vote': '{server} starts without its damaged term and vote.',
  'told.cut-off-entries': '{server} cuts {lost} {lost|entry|entries} off its log, '
    + 'from a damaged one on.',
  'told.restarted': '{server} restarts with what its disk holds.',
  'told.paused': '{server} stands still. Its memory is kept, messages wait.',
  'told.resumed': '{server} goes on.',
  'told.wiped': '{server} loses its disk.',
  'told.cut': 'The way from {from} to {to} is cut.',
  'told.healed': 'The way from {from} to {to} is open again.',
  'told.cut-many': 'Links are cut.',
  'told.healed-many': 'Links are open again.',
  'told.called': '{client} asks for {command}.',
  'told.retried': '{client} asks {server}.',
  'told.gave-up': '{client} gives up. It does not know what became of its call.',
  'told.answered': '{client} has its answer: {value}.',
  'told.answered-empty': '{client} has its answer: there is no value.',
  'told.answered-swapped': '{client} has its answer: swapped, it was {found}.',
  'told.answered-kept': '{client} has its answer: not swapped, it is {found}.',
  'told.answered-lost': '{client} is told that its command is lost.',
  'told.answered-not-leader': '{client} is told to ask another server.',
  'told.nothing-fits': 'Nothing fits this line now: {line}',
  'told.performed': 'As the script says: {line}',
  'told.said': 'Caption {number}.',
  'told.expectation-held': 'As expected: {line}',
  'told.expectation-failed': 'Not as expected: {line}',
  'told.expectation-judged': 'Expected: {line}',
  'told.ended': 'The run ends here.',
  'told.campaigns': '{server} stands for election: it asks for votes in term {term}. (§5.2)',
  'told.leads': '{server} has {votes} of {voters} votes, a majority: it leads term {term}. (§5.2)',
  'told.follows': '{server} follows {leader}, the leader of term {term}.',
  'told.steps-down': '{server} steps down: {by} speaks of term {term}, '
    + 'so its term {from} is over. (§5.1)',
  'told.enters-term': '{server} enters term {term}: {by} told it. (§5.1)',
  'told.grants-vote': '{server} gives {to} its one vote of term {term}. (§5.2)',
  'told.refuses-vote-stale': '{server} refuses {to} its vote: the request is of term {theirs}, '
    + 'and this is term {term}. (§5.1)',
  'told.refuses-vote-given': '{server} refuses {to} its vote: '
    + 'in term {term} it has given it to {other}. (§5.2)',
  'told.refuses-vote-log-behind': '{server} refuses {to} its vote: '
    + 'the log of {to} ends at {theirs}, behind its own {ours}. (§5.4.1)',
  'told.counts-vote': '{server} has {votes} of {voters} votes: {from} gave it one.',
  'told.counts-refusal': '{server} still has {votes} of {voters} votes: {from} refused.',
  'told.accepts-entries': '{server} takes {entries} from {leader}. (§5.3)',
  'told.refuses-entries-stale': '{server} refuses entries from {leader}: '
    + 'it is already in term {ours}. (§5.1)',
  'told.refuses-entries-missing': '{server} refuses entries from {leader}: '
    + 'they follow {prev}, and its log ends at {last}. (§5.3)',
  'told.refuses-entries-conflict': '{server} refuses entries from {leader}: '
    + 'they follow {prev}, and it has an entry of term {ours} there. (§5.3)',
  'told.truncates': '{server} drops {entries} of its log, in conflict '
    + 'with the leader’s. (§5.3)',
  'told.backs-up': '{server} tries {peer} again from entry {next}. (§5.3)',
  'told.commits': '{server} commits up to entry {to}: {holders} servers hold it. (§5.3, §5.4.2)',
  'told.learns-commit': '{server} learns that its log is committed up to entry {to}. (§5.3)',
  'told.holds-commit': '{server} does not commit {entry}, though a majority holds it: '
    + 'it is not of term {term}. (§5.4.2)',
  'told.ignores-stale': '{server} ignores a message from {from}: it is of term {theirs}, '
    + 'and this is term {term}. (§5.1)',
  'told.stops': '{server} stops: a write to its disk failed.',
  'told.uncommitted-not-in-log': '{server} has no entry {index}: its log ends at {last}.',
  'told.uncommitted-leader-silent': 'Entry {index} is not committed as far as {server} knows: '
    + '{leader} has not said so.',
  'told.uncommitted-no-leader': 'Entry {index} is not committed: '
    + '{server} knows no leader that could commit it.',
  'told.uncommitted-too-few': 'Entry {index} is not committed: {holders} of {voters} servers are '
    + 'known to hold it safely, and {needed} are needed. (§5.3)',
  'told.uncommitted-older-term': 'Entry {index} is not committed, though a majority holds it: '
    + 'it is of term {entry} and commits with the first entry of term {term}. (§5.4.2)',
  'told.restored': '{server} has the state of the snapshot up to entry {index}. (§7)',
  'told.served': '{server} answers {client}: its call {call} is entry {index}.',
  'told.served-read': '{server} answers {client}: for its call {call} it reads the state '
    + 'after entry {index}. (thesis §6.4)',
  'told.change-done': 'The change of the membership is complete with entry {index}. (§6)',
  'told.change-refused': '{server} does not change the membership: {why}.',
  'told.change-lost': '{server} cannot tell what became of the change of the membership.',
  'told.change-redirected': '{server} does not change the membership: {leader} leads.',
  'told.change-not-leader': '{server} does not change the membership: it does not lead.',
  'told.answered-refused': '{client} is told that its command is not taken now: {why}.',
  'told.answered-opened': '{client} has a session of its own, {session}: each of its commands '
    + 'takes effect once. (thesis §6.3)',
  'told.answered-expired': '{client} is told that its session is over. (thesis §6.3)',
  'told.asks-ahead': '{server} has heard from no leader for too long: it asks whether it would '
    + 'win term {term}, before it stands for election. (thesis §9.6)',
  'told.grants-pre-vote': '{server} would give {to} its vote in term {term}. (thesis §9.6)',
  'told.refuses-pre-vote-stale': '{server} would refuse {to} its vote: it is already in '
    + 'term {term} or a later one. (thesis §9.6)',
  'told.refuses-pre-vote-log-behind': '{server} would refuse {to} its vote: '
    + 'the log of {to} ends at {theirs}, behind its own {ours}. (§5.4.1)',
  'told.refuses-pre-vote-leader-lives': '{server} would refuse {to} its vote: it has just heard '
    + 'from {leader}, and protects it until {until}. (thesis §6.4.1)',
  'told.refuses-pre-vote-leads': '{server} would refuse {to} its vote: it leads itself.',
  'told.refuses-pre-vote-promised': '{server} would refuse {to} its vote: there may be a leader, '
    + 'and it protects that until {until}. (thesis §6.4.1)',
  'told.refuses-pre-vote-not-admitted': '{server} would refuse {to} its vote: its disk is new, '
    + 'and no membership lists it. (Figure 2)',
  'told.refuses-vote-leader-lives': '{server} does not answer {to}: it has just heard '
    + 'from {leader}, and protects it until {until}. (thesis §4.2.3)',
  'told.refuses-vote-leads': '{server} does not answer {to}: it leads itself.',
  'told.refuses-vote-promised': '{server} does not answer {to}: there may be a leader, '
    + 'and it protects that until {until}. (thesis §6.4.1)',
  'told.refuses-vote-not-admitted': '{server} refuses {to} its vote: its disk is new, '
    + 'and no membership lists it. (Figure 2)',
  'told.refuses-vote-learner': '{server} refuses {to} its vote: '
    + 'it believes that it may not vote. (thesis §4.2.1)',
  'told.counts-pre-vote': '{server} would have {votes} of {voters} votes: '
    + '{from} would give it one.',
  'told.counts-pre-refusal': '{server} would still have {votes} of {voters} votes: '
    + '{from} would refuse.',
  'told.stays-follower': '{server} could not win, so it stays a follower in term {term}. '
    + '(thesis §9.6)',
  'told.loses-quorum': '{server} steps down in term {term}: it has not heard from a majority '
    + 'for too long. (thesis §6.2)',
  'told.leaves-cluster': '{server} steps down in term {term}: its removal is committed. '
    + '(thesis §4.2.2)',
  'told.sends-snapshot': '{server} sends {peer} its snapshot up to {last}: '
    + 'the entries that {peer} needs are compacted away. (§7)',
  'told.takes-snapshot': '{server} takes a snapshot of its state up to {last}. (§7)',
  'told.installs-snapshot': '{server} installs the snapshot of {leader} up to {last} '
    + 'in place of its log, which ended at {from}. (§7)',
  'told.ignores-snapshot': '{server} does not need the snapshot of {leader} up to {last}: '
    + 'it has committed up to entry {commit}. (§7)',
  'told.compacts': '{server} drops its log up to entry {through}: its snapshot holds it. (§7)',
  'told.misses-entries': '{server} finds that {peer} has lost entries: it had '
    + 'acknowledged {matched}, and has at most {last}. (Figure 2)',
  'told.changes-membership': '{server} goes by the membership in entry {index} from now on. (§6)',
  'told.refuses-change': '{server} does not change the membership now: {why}. (thesis §4.1)',
  'told.refuses-proposal': '{server} takes no command now: {why}.',
  'told.refusal-busy': 'too much waits already',
  'told.refusal-transferring': 'it hands over leadership',
  'told.refusal-change-pending': 'the change before is not committed',
  'told.refusal-nothing-committed': 'nothing of its own term is committed',
  'told.refusal-not-caught-up': '{peer} did not catch up, and stays a learner',
  'told.refusal-already-member': '{peer} is a member already',
  'told.refusal-not-member': '{peer} is no such member',
  'told.refusal-no-voter-left': 'no voter would be left',
  'told.refusal-joint': 'the joint configuration has to be left first',
  'told.refusal-not-joint': 'there is no joint configuration to leave',
  'told.refusal-same': 'nothing would change',
  'told.ends-catch-up-round': '{server} has brought {peer} up to date in round {round}, '
    + 'in {took}. (thesis §4.2.1)',
  'told.begins-transfer': '{server} begins to hand over leadership to {to}, '
    + 'and tries until {until}. (thesis §3.10)',
  'told.tells-to-stand': '{server} tells {to} to stand for election: both logs end at {last}. '
    + '(thesis §3.10)',
  'told.transfer-timed-out': '{server} leads on: {to} did not take over in time. (thesis §3.10)',
  'told.transfer-cancelled': '{server} leads on: handing over to {to} was called off. '
    + '(thesis §3.10)',
  'told.ignores-timeout-now': '{server} does not stand for election as {from} asks: '
    + 'its log ends at {ours}, not at {last}. (thesis §3.10)',
  'told.begins-read': '{server} makes sure that it leads, with round {round}, '
    + 'to serve a read at entry {index}. (thesis §6.4)',
  'told.begins-read-early': '{server} makes sure that it leads, with round {round}; the read also '
    + 'waits until an entry of its own term is committed. (thesis §6.4)',
  'told.confirms-read': '{server} still led in round {round}: a read may be served '
    + 'once entry {index} is applied. (thesis §6.4)',
  'told.reads-under-lease': '{server} serves a read at entry {index} at once: '
    + 'its lease lasts until {until}. (thesis §6.4.1)',
  'told.reads-at-once': '{server} serves a read at entry {index} without asking anybody. '
    + '(thesis §6.4)',
  'told.uncommitted-too-few-old': 'Entry {index} is not committed: {holders} of {voters} old '
    + 'voters are known to hold it safely, and {needed} are needed. (§6)',
  'told.uncommitted-too-few-new': 'Entry {index} is not committed: {holders} of {voters} new '
    + 'voters are known to hold it safely, and {needed} are needed. (§6)',
  'told.no-leader-waits': '{server} has heard from no leader, and will stand for election '
    + 'at {until}. (§5.2)',
  'told.no-leader-no-voter': '{server} knows no leader and cannot become one: '
    + 'it has no vote in its membership. (thesis §4.2.2)',
  'told.no-leader-not-admitted': '{server} knows no leader and cannot become one: its disk is new, '
    + 'and no membership lists it. (Figure 2)',
  'told.no-leader-writes': '{server} stands for election in term {term}: its requests wait '
    + 'until its own vote is on disk. (Figure 2)',
  'told.no-leader-asks-ahead': '{server} would have {votes} of {voters} votes in term {term}; '
    + '{refused} would refuse. (thesis §9.6)',
  'told.no-leader-campaigns': '{server} has {votes} of {voters} votes in term {term}; '
    + '{refused} refused. (§5.2)',
  'told.no-leader-stopped': '{server} is out of service: a write to its disk failed.',
  'told.change-waits-catch-up': 'The change waits for {peer} to catch up: in round {round} it has '
    + '{matched} of {target} entries. (thesis §4.2.1)',
  'told.change-waits-transfer': 'The change waits: {server} hands over leadership. (thesis §3.10)',
  'told.change-waits-commit': 'The change waits until the membership in entry {index} '
    + 'is committed. (thesis §4.1)',
  'told.change-waits-own-term': 'The change waits until {server} has committed an entry '
    + 'of its own term. (thesis §4.1)',
  'told.change-waits-leave': 'The joint configuration stays until somebody asks to leave it. (§6)',
  'told.read-waits-apply': 'A read waits on {server} until entry {index} is applied: '
    + 'so far {applied} is. (§8)',
  'told.read-waits-own-term': 'A read waits until {server} has committed an entry '
    + 'of its own term. (thesis §6.4)',
  'told.read-waits-round': 'A read waits until a majority has answered round {round}: '
    + '{answered} of {voters} have. (thesis §6.4)',
  'told.read-waits-leader': 'A read waits on {server} until {leader} answers. (thesis §6.4)',
  'told.stands-no-quorum': 'Since {since} no quorum can talk: {able} of {voters} voters run '
    + 'and hear each other. (§5.2)',
  'told.stands-no-leader': 'A quorum can talk since {since}, and no leader lasts.',
  'told.stands-too-slow': 'A quorum can talk since {since}, and no leader lasts: messages and disks '
    + 'are too slow for the election timeout. (§5.6)',
  'told.stands-alike': 'A quorum can talk since {since}, and no leader lasts: election timeouts '
    + 'differ by less than a message takes. (§5.2)',
  'told.stands-disturbed': 'A quorum can talk since {since}, and no leader lasts: a server '
    + 'that hears too few stands for election again and again. (thesis §9.6)',
  'told.stands-no-commit': '{leader} leads and a quorum hears it, '
    + 'but nothing is committed since {since}.',
  'told.stands-too-slow-to-commit': '{leader} leads and a quorum hears it, but nothing '
    + 'is committed since {since}: messages and disks are slow.',
  'told.read-waits-nobody': 'A read waits on {server}: it knows no leader. (thesis §6.4)',
  'told.told-never': '{client}’s {command} returned {value}, to which nothing leads. (§8)',
  'told.told-too-early': '{client}’s {command} returned {value} before {other}’s {later} '
    + 'was called. (§8)',
  'told.told-too-late': '{client}’s {command} returned {value} after {other}’s {earlier} '
    + 'had completed. (§8)',
  'told.told-no-order': 'No order of these {count} operations explains what clients saw. (§8)',
};
