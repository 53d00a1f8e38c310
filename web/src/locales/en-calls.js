/** What the panel of the clients’ calls says. */
export const calls = {
  'calls.all': 'Calls over time; arrow keys lead from call to call, Enter to its moment',
  'calls.proof': 'The calls that contradict each other',
  'calls.none': 'No client has called yet.',
  'calls.fine': 'No contradiction so far in {count} {count|call|calls}.',
  'calls.hint': 'Filled bars write, hollow ones read; striped ones ended without an answer. The '
    + 'order is exact, long waits are drawn shorter. Press the beginning or the end of a bar to go '
    + 'there.',
  'calls.left-out': '{count} {count|call|calls} before and after are left out.',
  'call.open': '{operation} …',
  'call.plain': '{operation}',
  'call.done': '{operation} → {value}',
  'call.done.none': '{operation} → ∅',
  'call.swapped': '{operation} ✓',
  'call.kept': '{operation} ≠ {value}',
  'call.kept.none': '{operation} ≠ ∅',
  'call.unknown': '{operation} unknown',
  'call.name': '{client} {command}, called at {time}, asked {asked}: {ended}',
  'call.ended.open': 'no answer yet',
  'call.ended.done': 'answered {value} by {server} at {time}',
  'call.ended.swapped': 'swapped, it was {value}, by {server} at {time}',
  'call.ended.kept': 'not swapped, {server} found {value} at {time}',
  'call.ended.unknown': 'outcome unknown since {time}',
};
