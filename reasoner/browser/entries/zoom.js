// Pan and zoom for pictures: https://d3js.org/d3-zoom (ISC licence, © Mike Bostock)
/*! d3-zoom, d3-selection, d3-drag, d3-interpolate, d3-transition, d3-ease, d3-timer, d3-color, d3-dispatch
 * Copyright 2010-2021 Mike Bostock. Permission to use, copy, modify, and/or distribute this software for any purpose
 * with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in
 * all copies. THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE. */
import { select } from "d3-selection";
import { zoom, zoomIdentity, zoomTransform } from "d3-zoom";

globalThis.tacendaZoom = { select, zoom, zoomIdentity, zoomTransform };
