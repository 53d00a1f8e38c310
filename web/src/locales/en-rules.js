/**
 * What the panel of rules says. It comes with that panel; `text.js` keeps it with the other words.
 */

/** A rule's name, what it says, and what goes wrong without it. @type {Record<string, string[]>} */
const RULES = {
  'one-vote-per-term': [
    'One vote per term',
    'A server votes for one candidate in a term, and for no other.',
    'two candidates get the same vote, and both lead.',
  ],
  'up-to-date-log': [
    'Only an up-to-date log gets a vote',
    'A server refuses its vote to a candidate whose log ends earlier than its own.',
    'a server that missed a committed entry is elected, and makes the others drop it.',
  ],
  'majority-quorum': [
    'More than half',
    'Elections and commits need more than half of the servers, so that any two share one.',
    'each half of four servers elects a leader of its own.',
  ],
  'count-each-voter-once': [
    'Count each voter once',
    'A vote that arrives twice is still one vote.',
    'a copy of a message elects a leader whom a minority voted for.',
  ],
  'keep-vote-within-term': [
    'Keep the vote for the whole term',
    'A server that finds a leader remembers whom it voted for until the term is over.',
    'it votes again in the same term, and a second leader wins.',
  ],
  'reject-stale-terms': [
    'An old message changes nothing',
    'What was sent in an earlier term is not acted on.',
    'a vote from the last election counts in this one.',
  ],
  'enter-larger-terms': [
    'Step down for a later term',
    'A leader that hears of a later term stops leading.',
    'it stays beside its successor, and answers reads with what is no longer true.',
  ],
  'tell-vote-kinds-apart': [
    'A promise is not a vote',
    'What servers promise ahead of an election does not count in it.',
    'promises, which bind nobody, elect two leaders.',
  ],
  'previous-entry-matches': [
    'No gaps',
    'A server takes entries only if it has the one before them.',
    'after a lost message different logs hold different entries in one place.',
  ],
  'keep-matching-entries': [
    'Keep what matches',
    'A request that repeats what a server has does not shorten its log.',
    'a late copy of an old request drops entries that are committed.',
  ],
  'ack-only-checked': [
    'Confirm only what was checked',
    'A follower confirms as far as the request showed its log to match, not all it holds.',
    'the leader takes a leftover of an old term for a copy of its own entry.',
  ],
  'rejection-is-no-match': [
    'A refusal confirms nothing',
    'A refusal says where to try next; it is not read as a log that matches.',
    'the leader counts a copy that nobody has.',
  ],
  'commit-own-term': [
    'Commit only entries of your own term',
    'A leader counts copies of entries of its own term; older ones are committed with them.',
    'an older entry on a majority is reported as committed, and overwritten: the paper’s Figure 8.',
  ],
  'commit-bounded': [
    'Commit no further than was checked',
    'A follower commits up to the last entry that the request showed to match.',
    'it applies a leftover of an old term as if that were committed.',
  ],
  'commit-never-moves-back': [
    'Never take back a commit',
    'A follower’s commit index only grows, even under a leader that knows less.',
    'what was committed and applied is uncommitted again.',
  ],
  'sync-before-ack': [
    'Write to disk, then confirm',
    'A follower confirms an entry when it is safe on its disk.',
    'a power failure takes an entry that a client was told is safe.',
  ],
  'persist-vote': [
    'Write the vote to disk, then send it',
    'A server sends its vote when the vote is safe on its disk.',
    'it starts again, has forgotten its vote, and gives another.',
  ],
  'term-and-vote-together': [
    'Write term and vote together',
    'A term and the vote in it go to disk in one write.',
    'a crash between two writes keeps one without the other, and the vote is free again.',
  ],
  'leader-syncs-before-counting': [
    'A leader’s own copy counts once it is on disk',
    'A leader counts itself among those who have an entry when its own disk has it.',
    'it commits an entry, loses power, and starts without it.',
  ],
  'overwriting-voids-writes': [
    'An overwritten entry’s write says nothing',
    'A write that finishes speaks only for entries that are still in the log.',
    'an old write is taken for the new entry’s, which is on no disk.',
  ],
  'empty-disk-is-new-server': [
    'An empty disk is a new server',
    'Who lost the disk is not the member who voted, and has to join anew.',
    'it votes a second time in a term it has forgotten.',
  ],
  'one-change-at-a-time': [
    'One change at a time',
    'A leader changes the membership when the change before is committed.',
    'after two changes the old majority and the new one may share nobody.',
  ],
  'own-term-commit-before-change': [
    'Commit something before changing the members',
    'A new leader changes the membership after it has committed an entry of its term.',
    'two leaders, each one change ahead, have majorities that do not meet.',
  ],
  'joint-needs-both-majorities': [
    'A change in two halves needs both',
    'While old and new members share power, a decision needs a majority of each.',
    'three of all five decide without most of the old members.',
  ],
  'membership-rolls-back': [
    'A dropped change never was',
    'When an entry that changed the membership is overwritten, the members before it are back.',
    'a server counts with members who were never agreed on.',
  ],
  'removed-leader-does-not-count': [
    'Who leaves does not count',
    'A leader that removes itself is no part of the majorities it counts.',
    'its last entries are committed by fewer than half of those who stay.',
  ],
  'learners-do-not-count': [
    'Learners do not count',
    'Servers that only follow along are in no majority.',
    'an entry is committed on servers that no election asks.',
  ],
  'ignore-old-snapshots': [
    'An old snapshot changes nothing',
    'A snapshot of what a server has committed already is ignored.',
    'a late copy takes the server back, and with it what was committed since.',
  ],
  'snapshot-replaces-conflicts': [
    'A snapshot overrules the log',
    'Where log and snapshot disagree, the log is dropped.',
    'a leftover of an old term survives, and is applied.',
  ],
  'snapshot-carries-membership': [
    'A snapshot holds the members',
    'A snapshot says who the members were at its last entry.',
    'who starts from it counts with the first members, and elects itself.',
  ],
  'read-confirms-leadership': [
    'Ask before answering a read',
    'A leader asks a majority whether it still leads before it answers a read.',
    'a leader that was replaced answers with an old value.',
  ],
  'read-waits-for-own-term': [
    'A new leader commits before it reads',
    'A leader answers reads after it has committed an entry of its term.',
    'it misses a write that its predecessor has confirmed to a client.',
  ],
  'read-waits-for-apply': [
    'Apply, then read',
    'A read waits until everything before it is applied.',
    'a server answers from a state that is behind.',
  ],
  'read-rounds-are-told-apart': [
    'Each read has its own round',
    'An answer to an earlier question confirms no later read.',
    'an answer that was long on its way vouches for a leader that is none any more.',
  ],
  'lease-begins-at-sending': [
    'A lease begins when the question was sent',
    'A leader measures its lease from when it sent the heartbeat, not from the answer.',
    'the lease outlasts the followers’ promise, and a read is out of date.',
  ],
  'lease-needs-check-quorum': [
    'No lease without protection',
    'Leases are used only where followers refuse to vote against a leader they hear.',
    'another is elected during the lease, and the old one answers reads.',
  ],
  'transfer-voids-lease': [
    'Who hands over has no lease',
    'A leader that told another to take over answers no reads from its lease.',
    'the other is elected at once, and the lease answers with an old value.',
  ],
  'restart-keeps-promise': [
    'A restart keeps the promise',
    'A server that starts again votes for nobody until a lease it may have confirmed is over.',
    'it helps to elect another leader while the first one’s lease runs.',
  ],
  'apply-once-per-session': [
    'A repeated command counts once',
    'A client numbers its commands, and one that is repeated is not applied again.',
    'an answer is lost, the client asks again, and one is added twice.',
  ],
  'outcome-follows-the-entry': [
    'Answer for the entry, not for its place',
    'A client is told of its own entry, not of another in the same place.',
    'a client hears “done” for a command that was dropped.',
  ],
  'answer-stale-terms': [
    'Answer those who are behind or ahead',
    'A message of an older term is answered with the newer one.',
    'a server in a later term, whom nobody heeds, stays out for ever.',
  ],
  'pre-vote-checks-log': [
    'Do not encourage who cannot win',
    'A server promises its vote only to a log that could win it.',
    'a server that cannot win deposes the leader, again and again.',
  ],
  'leader-may-be-voted-for': [
    'A leader may be elected again',
    'Who protects a leader from others votes for that leader itself.',
    'a leader that started again has to wait until the others forget it.',
  ],
  'skip-terms': [
    'Skip a whole term',
    'After a refusal the leader goes back a whole term, not one entry.',
    'a long wrong tail takes a round trip for each entry.',
  ],
  'ignore-late-rejections': [
    'A late refusal changes nothing',
    'A refusal of a request that was overtaken is ignored.',
    'the leader starts over, though the follower has gone on.',
  ],
  'new-voters-catch-up': [
    'First the log, then the vote',
    'A new server gets the log before it counts.',
    'commits wait for a server that has nothing yet.',
  ],
  'learners-vote': [
    'Vote whatever you believe you are',
    'A server votes even where its own log lists it as a learner: that may be out of date.',
    'the one vote that is missing is refused, and nobody leads.',
  ],
  'removed-servers-do-not-stand': [
    'Who has left does not stand',
    'A server that is no member any more starts no elections.',
    'it hears from nobody, times out, and deposes the leader.',
  ],
  'transfer-times-out': [
    'Give up a handover in time',
    'A leader whose successor does not take over goes on leading.',
    'it waits for a server that is down, and takes no writes.',
  ],
  'freeze-during-transfer': [
    'No writes during a handover',
    'A leader that hands over takes no new writes.',
    'the successor is always one entry short.',
  ],
  'late-timeout-now-is-void': [
    'A late order to take over is void',
    'Who is told to take over, after the log has gone on, stays where it is.',
    'it deposes a leader that had given the handover up.',
  ],
  'compacted-entries-match': [
    'What a snapshot replaced matches',
    'Entries that are inside a server’s snapshot count as the leader’s own.',
    'the two never find where their logs meet.',
  ],
  'entries-end-a-snapshot': [
    'Enough of the log ends a snapshot',
    'Who has caught up otherwise gets entries again, not the snapshot.',
    'the leader waits for ever for an answer to a snapshot.',
  ],
};

/** @type {Record<string, string>} */
export const rules = {
  'rules.title': 'Rules',
  'rules.intro': 'Raft stays safe because every server keeps to these rules. Waive one and press '
    + 'Find: the page searches for a short run in which that breaks something.',
  'rules.waived': 'Waived: {rules}.',
  'rules.none': 'All rules are in force.',
  'rules.none.hint': 'So nothing should break, however long the search goes on.',
  'rules.progress.hint': 'Without these Raft stops getting on, but says nothing untrue, so there '
    + 'is nothing to find: press Show me.',
  'rules.restore': 'Put all back',
  'rules.switch': 'In force: {rule}',
  'rules.show': 'Show me',
  'rules.show.label': 'Show me what goes wrong without: {rule}',
  'rules.known': 'Shortest known: {steps} {steps|step|steps}',
  'rules.known.label': 'Shortest known: {steps} {steps|step|steps}, without: {rule}',
  'rules.without': 'Without it: {harm}',
  'rules.story': 'Without: {rule}',
  'rules.bugs': 'Happened in',
  'rules.safety': 'What keeps it safe',
  'rules.progress': 'What keeps it going',
  'rules.count': '{count}',
  'rules.count.waived': '{waived} of {count} waived',
  'group.elections': 'Elections',
  'group.replication': 'Replication',
  'group.commit': 'Commit',
  'group.persistence': 'Disks',
  'group.membership': 'Membership',
  'group.snapshots': 'Snapshots',
  'group.reads': 'Reads and leases',
  'group.clients': 'Clients',
  'group.elections.going': 'Elections',
  'group.replication.going': 'Replication',
  'group.membership.going': 'Membership and handover',
  'group.snapshots.going': 'Snapshots',

  'find.find': 'Find',
  'find.again': 'Search again',
  'find.cancel': 'Cancel',
  'find.open': 'Open it',
  'find.open.now': 'Open the shortest so far',
  'find.loading': 'Fetches the search…',
  'find.phase.random': 'Tries random schedules',
  'find.phase.shrinking': 'Leaves out what is not needed',
  'find.phase.polishing': 'Looks for shorter ways',
  'find.phase.proving': 'Tries everything shorter',
  'find.phase.other': 'Searches',
  'find.for': 'Without: {rules}',
  'find.for.none': 'With all rules',
  'find.schedules': 'Schedules',
  'find.steps': 'Steps',
  'find.rate': '{steps} ({rate} a second)',
  'find.states': 'States',
  'find.depth': 'Depth',
  'find.shortest': 'Shortest',
  'find.shortest.steps': '{steps} {steps|step|steps}',
  'find.nothing.yet': 'nothing yet',
  'find.elapsed': 'Time',
  'find.seconds': '{seconds}\u00a0s',
  'find.breaks': 'Breaks {property}.',
  'find.known': 'Shortest known: {steps} {steps|step|steps}.',
  'find.proven': '{steps} {steps|step|steps}, and proven: with no more elections, writes and '
    + 'crashes there is no shorter run.',
  'find.bound': 'With no more elections, writes and crashes, nothing in {bound} steps or fewer: all '
    + '{states} states were looked at.',
  'find.nothing': 'Nothing found.',
  'find.tried': '{schedules} schedules, {steps} steps, {time}.',
  'find.nothing.honest': 'That is how much was tried; it is no proof.',
  'find.stopped': 'Stopped.',
  'find.limit': 'Stopped after {time}.',
  'find.broken': 'The search stopped at an error in itself, and was begun again.',
  'find.gave-up': 'The search stopped at errors in itself: {reason}',
  'find.failed': 'The search could not be started: {reason}',
  'find.here': 'This page may not start a worker, so the search runs beside the picture, slower.',
  'find.title': 'Search',
  'find.live.begins': 'Searching.',
  'find.live.found': 'Found: a run of {steps} steps breaks {property}.',
  'find.live.nothing': 'Nothing was found in {seconds} seconds.',
  'find.live.shortest': 'The search is over. The shortest run has {steps} steps.',
  'find.number.thousand': '{number}\u00a0k',
  'find.number.million': '{number}\u00a0M',

  ...Object.fromEntries(Object.entries(RULES).flatMap(([name, [title, says, harm]]) => [
    [`rule.${name}`, title], [`rule.${name}.says`, says], [`rule.${name}.harm`, harm],
  ])),
};
