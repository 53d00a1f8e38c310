import { h } from '../dom.js';
import { everyone, facts, section } from './parts.js';
import { placeName, timeName } from '../names.js';
import { text } from '../text.js';
import { brokenText, propertyName } from '../told.js';

/**
 * What a judge has found, and what that breaks.
 * @param {number} number  Its place among all that is known, from 0.
 * @param {import('../engine.js').Run} run
 */
export function findingDetails(number, run) {
  const all = run.knownFindings();
  const finding = all[number];
  if (!finding) return null;
  const { at, property, servers, term, index, calls } = finding;
  const others = all.filter((one) => one !== finding);
  return {
    title: text('finding.title', { property: propertyName(property) }),
    content: [
      h('p', { class: 'why' }, brokenText(finding)),
      facts([
        ['finding.at', timeName(at)],
        ['finding.servers', servers.length > 0 ? everyone(servers) : undefined],
        ['details.term', term || undefined],
        ['finding.index', index || undefined],
        ['finding.calls', calls.length > 0
          ? calls.map(([client, call]) => `${placeName(-client)} #${call}`).join(', ') : undefined],
      ]),
      ...(others.length === 0 ? [] : [section('finding.others', ...others.map((one) => (
        h('p', {}, text('finding.other-one', {
          property: propertyName(one.property), time: timeName(one.at),
        })))))]),
    ],
  };
}
