//! What each rule needs in order to matter.

use super::ground::{Ground, Topic};
use crate::raft::{Rule, Rules};
use alloc::vec::Vec;

/// The grounds on which a search for a rule takes place.
#[derive(Clone, Debug)]
pub struct Focus {
    /// One of them is drawn for each schedule.
    pub grounds: Vec<Ground>,
    /// The same with all rules in force; none if they are.
    pub(super) lawful: Vec<Ground>,
}

impl Focus {
    /// Where the rules that are waived here matter; with all in force, everywhere.
    pub fn new(rules: Rules) -> Focus {
        let waived = || Rule::ALL.into_iter().filter(|&rule| rules.waives(rule));
        let all = Rule::ALL.into_iter().filter(|rule| rule.is_about_safety());
        let mut places: Vec<(Topic, u32)> = match waived().next() {
            Some(_) => waived().flat_map(places).copied().collect(),
            None => all.flat_map(places).copied().collect(),
        };
        places.sort_unstable_by_key(|&(topic, servers)| (topic as u8, servers));
        places.dedup();
        let on = |rules| {
            let ground = |&(topic, servers): &(Topic, u32)| Ground::new(topic, servers, rules);
            places.iter().map(ground).collect::<Vec<Ground>>()
        };
        let all = Rules::default();
        Focus { grounds: on(rules), lawful: if rules == all { Vec::new() } else { on(all) } }
    }
}

/// The topics and numbers of servers for a rule.
fn places(rule: Rule) -> &'static [(Topic, u32)] {
    match rule {
        Rule::RejectStaleTerms
        | Rule::OneVotePerTerm
        | Rule::KeepVoteWithinTerm
        | Rule::UpToDateLog
        | Rule::PreviousEntryMatches
        | Rule::KeepMatchingEntries
        | Rule::AckOnlyChecked
        | Rule::RejectionIsNoMatch
        | Rule::CommitBounded
        | Rule::CommitOwnTerm
        | Rule::CommitNeverMovesBack
        | Rule::OutcomeFollowsTheEntry
        | Rule::SkipTerms
        | Rule::IgnoreLateRejections
        | Rule::AnswerStaleTerms => &[(Topic::Plain, 3)],
        Rule::CountEachVoterOnce => &[(Topic::Plain, 4), (Topic::Plain, 5)],
        Rule::MajorityQuorum => &[(Topic::Plain, 4)],
        Rule::TellVoteKindsApart | Rule::PreVoteChecksLog | Rule::LeaderMayBeVotedFor => {
            &[(Topic::PreVote, 3)]
        }
        Rule::LearnersDoNotCount | Rule::LearnersVote => &[(Topic::Learners, 3)],
        Rule::PersistVote | Rule::SyncBeforeAck | Rule::LeaderSyncsBeforeCounting => {
            &[(Topic::Disk, 3)]
        }
        Rule::TermAndVoteTogether | Rule::OverwritingVoidsWrites => &[(Topic::TornWrites, 3)],
        Rule::EmptyDiskIsNewServer => &[(Topic::Wipe, 3)],
        Rule::JointNeedsBothMajorities | Rule::NewVotersCatchUp => &[(Topic::Membership, 3)],
        Rule::OneChangeAtATime
        | Rule::OwnTermCommitBeforeChange
        | Rule::MembershipRollsBack
        | Rule::RemovedLeaderDoesNotCount
        | Rule::RemovedServersDoNotStand => &[(Topic::Membership, 4)],
        Rule::SnapshotCarriesMembership => &[(Topic::MembershipInSnapshots, 1)],
        Rule::IgnoreOldSnapshots
        | Rule::SnapshotReplacesConflicts
        | Rule::CompactedEntriesMatch
        | Rule::EntriesEndASnapshot => &[(Topic::Snapshots, 3)],
        Rule::EnterLargerTerms
        | Rule::ReadConfirmsLeadership
        | Rule::ReadWaitsForOwnTerm
        | Rule::ReadRoundsAreToldApart => &[(Topic::Reads, 3)],
        Rule::ReadWaitsForApply => &[(Topic::ReadsAndDisk, 3)],
        Rule::LeaseBeginsAtSending | Rule::RestartKeepsPromise => &[(Topic::Leases, 3)],
        Rule::LeaseNeedsCheckQuorum => &[(Topic::BareLeases, 3)],
        Rule::TransferVoidsLease
        | Rule::TransferTimesOut
        | Rule::FreezeDuringTransfer
        | Rule::LateTimeoutNowIsVoid => &[(Topic::LeasesAndTransfer, 3)],
        Rule::ApplyOncePerSession => &[(Topic::Sessions, 3)],
    }
}
