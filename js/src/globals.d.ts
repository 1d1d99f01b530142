/** First digits of the build's input hash; keeps the style sheets of two versions on one page apart. */
declare const __INPUTS__: string;

declare module "*.css" {
  const text: string;
  export default text;
}
