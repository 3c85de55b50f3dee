import { encode } from "uqr";

import { squares } from "./squares";

/** Around the code, so that a telephone finds its edge (ISO/IEC 18004 6.3.8). */
const BORDER = 4;

/** A text for a telephone's camera: black on white in either theme. */
export default function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: BORDER });
  return (
    <svg role="img" aria-label={label} width={200} height={200} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={squares(data)} fill="#000" />
    </svg>
  );
}
