/**
 * Student's t distribution for whole degrees of freedom, where its integral is a finite sum.
 *
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
 *
 * @module
 */

/** P(|T| ≤ t). @param df whole, ≥ 1 */
export function studentWithin(t: number, df: number): number {
  const angle = Math.atan(t / Math.sqrt(df));
  const cos = Math.cos(angle);
  const isOdd = df % 2 === 1;
  let term = isOdd ? cos : 1;
  let sum = df === 1 ? 0 : term;
  for (let i = isOdd ? 3 : 2; i <= df - 2; i += 2) {
    term *= ((i - 1) / i) * cos * cos;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** The t with P(|T| ≤ t) = confidence. @param confidence 0..1, both excluded @param df whole, ≥ 1 */
export function studentQuantile(confidence: number, df: number): number {
  let low = 0;
  let high = 1;
  while (studentWithin(high, df) < confidence) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, df) < confidence) low = middle;
    else high = middle;
  }
  return high;
}
