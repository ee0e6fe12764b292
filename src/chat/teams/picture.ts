import type { Chart, Series } from '../../view/chart.js';
import type { Picture } from '../../view/view.js';
import { cutTo, oneLine } from '../clean.js';
import type { CardElement, Image, TeamsChart } from './card.js';

/**
 * What may stand in a card for a picture, the best first: charts, which a client draws in its own theme and which can be read point by
 * point, with the picture for a client that has none; or the picture alone.
 */
export const waysToDraw = (picture: Picture): CardElement[][] => {
  const image = imageOf(picture);
  const [first, ...others] = picture.charts ?? [];
  return [...(first ? [[chartOf(first, image), ...others.map(each => chartOf(each, 'drop'))]] : []), [image]];
};

const imageOf = ({ png, alt }: Picture): Image => ({
  type: 'Image',
  url: `data:image/png;base64,${png}`,
  altText: oneLine(alt).trim() || 'A picture of what the words say',
  size: 'Stretch',
  spacing: 'Medium',
  msteams: { allowExpand: true },
});

const chartOf = ({ is, title, x, y, series }: Chart, fallback: TeamsChart['fallback']): TeamsChart => ({
  type: is === 'lines' ? 'Chart.Line' : 'Chart.VerticalBar.Grouped',
  title: words(title),
  showTitle: true, // by itself it is told to screen readers alone
  xAxisTitle: words(x),
  yAxisTitle: words(y),
  colorSet: 'categorical',
  ...(is === 'stacked-bars' ? { stacked: true } : {}),
  data: series.map(each => dataOf(each, is)),
  spacing: 'Medium',
  fallback,
});

const COLOURS = { critical: 'attention', warning: 'warning', unknown: 'neutral' } as const;

/** A line takes numbers for its axis, a bar only names. */
const dataOf = ({ name, tone, points }: Series, is: Chart['is']): TeamsChart['data'][number] => ({
  legend: words(name),
  ...(tone ? { color: COLOURS[tone] } : {}),
  values: points.map(({ x, y }) => ({ x: is === 'lines' ? x : String(x), y })),
});

const WORDS_MAX = 80;
const words = (given: string): string => cutTo(oneLine(given).trim() || '?', WORDS_MAX);
