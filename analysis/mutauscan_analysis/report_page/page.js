// The interactive scatter plot of the report. Data: see page_data.py. Axes are d3's; points are drawn on a canvas.
// Whatever comes from the data becomes text of elements, never markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const element = (id) => document.getElementById(id);
  const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
  const columns = new Map(
    data.columns.map((column) => {
      const kind = column.type === "f8" ? Float64Array : Float32Array;
      return [column.name, { ...column, values: new kind(bytes(column.values)) }];
    }),
  );
  const rows = columns.get("index").values.length;
  const kinds = columns.get("kind").values; // position in data.kinds
  const shown = data.kinds.map(() => true);
  const state = { x: null, y: null }; // the axes: column, scale, zoom
  const KIND = "kind", UNKNOWN = "#bbbbbb", BINS = 64;
  const CLASSES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442", "#000000", "#8c564b", "#7f7f7f"];
  const box = element("plot"), canvas = box.querySelector("canvas"), svg = d3.select(box).select("svg");
  const margin = { left: 78, right: 14, top: 8, bottom: 24 };
  let drawn = [], tree = null, pinned = null, pointed = null, width = 0, height = 0;

  // ---- texts -------------------------------------------------------------------------------------------------

  const RAISED = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹";
  function number(value, digits = 4) {
    if (Number.isNaN(value)) return "not reached";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size >= 1e-2 && size < 1e5) return String(Number(value.toPrecision(digits))).replace("-", "−");
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    const raised = String(Number(power)).replace(/[-\d]/g, (letter) => RAISED["-0123456789".indexOf(letter)]);
    const factor = Number(mantissa);
    return (factor === 1 ? "" : factor === -1 ? "−" : `${factor}·`.replace("-", "−")) + `10${raised}`;
  }

  // A label is a list of [text, "" | "sub" | "sup"].
  function typeset(target, segments) {
    target.replaceChildren(
      ...segments.map(([text, tag]) => {
        if (!tag) return document.createTextNode(text);
        const part = document.createElement(tag === "sub" ? "sub" : "sup");
        part.textContent = text;
        return part;
      }),
    );
  }
  const make = (tag, text = "", className = "") => Object.assign(document.createElement(tag), { textContent: text, className });
  const plainLabel = (segments) => segments.map(([text, tag]) => (tag === "sub" ? "_" : tag === "sup" ? "^" : "") + text).join("");
  const valueText = (column, row) => {
    const value = column.values[row];
    return column.names?.[value] ?? number(value) + (column.units === "1" || Number.isNaN(value) ? "" : " " + column.units);
  };
  const replay = (row) => `${data.replay} ${columns.get("index").values[row]}`;

  // ---- axes --------------------------------------------------------------------------------------------------

  // A column as an axis. On a logarithmic one, values of one sign are drawn as they are or with the opposite sign,
  // and of both signs as moduli; the label says so. What is smaller than the largest by data.dynamic_range is noise.
  function axis(name, logarithmic) {
    const column = columns.get(name);
    let values = column.values, label = column.label, low = Infinity, high = -Infinity;
    let negative = false, positive = false;
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      negative ||= value < 0;
      positive ||= value > 0;
    }
    logarithmic &&= negative || positive;
    if (logarithmic && negative) {
      values = values.map(Math.abs);
      label = positive ? [["|", ""], ...column.symbol, ["|", ""], ...column.unit_label] : [["−", ""], ...label];
    }
    for (const value of values) {
      if (!Number.isFinite(value) || (logarithmic && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (low > high) [low, high] = logarithmic ? [1, 10] : [0, 1];
    if (logarithmic) low = Math.max(low, high / data.dynamic_range, column.noise ?? 0);
    if (low >= high) [low, high] = logarithmic ? [low / 2, low * 2] : [low - (Math.abs(low) || 1) / 2, low + (Math.abs(low) || 1) / 2];
    const usable = (value) => Number.isFinite(value) && (!logarithmic || value > 0);
    const scale = logarithmic ? d3.scaleLog() : d3.scaleLinear();
    const padding = 0.03;
    const whole = logarithmic
      ? [low * (low / high) ** padding, high * (high / low) ** padding]
      : [low - padding * (high - low), high + padding * (high - low)];
    scale.domain(whole);
    return { name, column, values, label, usable, low, high, logarithmic, scale, whole };
  }

  // Positions of ticks and the texts of those that have one: the next one only where it does not meet the last.
  function ticks(one, across) {
    const [start, end] = one.scale.range(), room = Math.abs(end - start) * (across ? 1 : 2);
    const { places, text } = wantedTicks(one, room), shown = new Map();
    let last = -Infinity;
    for (const place of places) {
      const words = text(place), at = Math.abs(one.scale(place) - start), half = across ? 3.8 * words.length + 4 : 8;
      if (!words || at - half < last || (across && at - half < -margin.left)) continue;
      if (across && at + half > room + margin.right) continue;
      shown.set(place, words);
      last = at + half;
    }
    return { places, text: (place) => shown.get(place) ?? "" };
  }
  function wantedTicks(one, room) {
    const [low, high] = one.scale.domain();
    const most = Math.max(2, Math.floor(room / 70));
    const decades = Math.log10(high / low);
    if (!one.logarithmic || decades < 1) {
      const places = d3.ticks(low, high, Math.min(most, 8));
      const step = places.length > 1 ? places[1] - places[0] : Math.abs(places[0]) || 1;
      const largest = Math.max(Math.abs(low), Math.abs(high));
      const digits = Math.max(1, Math.min(12, Math.ceil(Math.log10(largest / step) - 1e-9) + 1));
      return { places, text: (value) => number(Number(value.toPrecision(12)), digits) };
    }
    const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
    const step = Math.max(1, Math.ceil(decades / most));
    const minor = step === 1 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : [1];
    const named = decades * 3 <= most ? [1, 2, 5] : decades < 2 ? [1, 3] : [1];
    const places = [], labelled = new Set();
    for (let power = first; power <= last; power++) {
      for (const digit of minor) {
        const value = Number(`${digit}e${power}`);
        if (value < low || value > high) continue;
        places.push(value);
        if (named.includes(digit) && power % step === 0) labelled.add(value);
      }
    }
    return { places, text: (value) => (labelled.has(value) ? number(value, 1) : "") };
  }

  function drawAxis(side, one, group, generator) {
    const { places, text } = ticks(one, side === "x");
    group.call(generator(one.scale).tickValues(places).tickFormat(text).tickSizeOuter(0).tickPadding(6));
    group.selectAll("text").attr("font-size", 12);
    typeset(element(`${side}-label`), one.label);
  }

  // ---- colours -----------------------------------------------------------------------------------------------

  function colours() {
    const name = element("colour").value, column = columns.get(name), bar = element("colour-bar");
    element("colour-log").disabled = name === KIND || Boolean(column.names);
    bar.hidden = name === KIND;
    const named = name !== KIND && column.names;
    if (name === KIND) return { bin: (row) => kinds[row], palette: data.kinds.map((kind) => kind.colour) };
    element("gradient").hidden = Boolean(named);
    typeset(element("colour-label"), column.label);
    if (named) {
      const found = [...new Set(column.values)].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      const place = new Map(found.map((value, position) => [value, position]));
      const palette = [...found.map((_, position) => CLASSES[position % CLASSES.length]), UNKNOWN];
      const legend = found.map((value, position) => {
        const item = make("span", column.names[value] ?? String(value), "kind");
        item.prepend(dot(palette[position]));
        return item;
      });
      element("colour-low").replaceChildren(...legend);
      element("colour-high").replaceChildren();
      return { bin: (row) => place.get(column.values[row]) ?? found.length, palette };
    }
    const one = axis(name, element("colour-log").checked);
    const position = one.scale.copy().domain([one.low, one.high]).range([0, BINS - 1]).clamp(true);
    element("colour-low").textContent = number(one.low, 3);
    element("colour-high").textContent = number(one.high, 3);
    typeset(element("colour-label"), one.label);
    const last = data.colour_map.length - 1;
    const palette = Array.from({ length: BINS }, (_, bin) => data.colour_map[Math.round((bin / (BINS - 1)) * last)]);
    element("gradient").style.background = `linear-gradient(to right, ${palette.join(",")})`;
    const bin = (row) => (one.usable(one.values[row]) ? Math.round(position(one.values[row])) : BINS);
    return { bin, palette: [...palette, UNKNOWN] };
  }
  function dot(colour) {
    const mark = document.createElement("i");
    mark.style.background = colour;
    return mark;
  }

  // ---- drawing -----------------------------------------------------------------------------------------------

  function filter() {
    const column = columns.get(element("filter").value);
    if (!column) return () => true;
    const end = (id, otherwise) => {
      const text = element(id).value.trim();
      return text === "" || Number.isNaN(Number(text)) ? otherwise : Number(text);
    };
    const low = end("filter-low", -Infinity), high = end("filter-high", Infinity);
    return (row) => column.values[row] >= low && column.values[row] <= high;
  }

  function layout() {
    width = box.clientWidth;
    height = box.clientHeight;
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    svg.attr("viewBox", `0 0 ${width} ${height}`);
  }

  function draw() {
    const { x, y } = state;
    x.scale.range([margin.left, width - margin.right]);
    y.scale.range([height - margin.bottom, margin.top]);
    svg.selectAll("g.axis").remove();
    drawAxis("x", x, svg.append("g").attr("class", "axis").attr("transform", `translate(0,${height - margin.bottom})`), d3.axisBottom);
    drawAxis("y", y, svg.append("g").attr("class", "axis").attr("transform", `translate(${margin.left},0)`), d3.axisLeft);
    const context = canvas.getContext("2d"), ratio = devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.strokeStyle = "#e6e9ec";
    context.lineWidth = 1;
    context.beginPath();
    for (const place of ticks(x, true).places) {
      context.moveTo(x.scale(place), margin.top);
      context.lineTo(x.scale(place), height - margin.bottom);
    }
    for (const place of ticks(y, false).places) {
      context.moveTo(margin.left, y.scale(place));
      context.lineTo(width - margin.right, y.scale(place));
    }
    context.stroke();
    context.save();
    context.beginPath();
    context.rect(margin.left, margin.top, width - margin.left - margin.right, height - margin.top - margin.bottom);
    context.clip();
    drawGuides(context);
    drawPoints(context);
    context.restore();
    Object.assign(box.dataset, { drawn: drawn.length, x: x.name, y: y.name });
    element("shown").textContent = `${drawn.length} of ${rows} points shown.`;
    remember();
  }

  function drawPoints(context) {
    const { x, y } = state, { bin, palette } = colours(), passes = filter();
    const byKind = element("colour").value === KIND;
    const saysWhy = ["status", "stage"].includes(element("colour").value); // then failed points have its colours
    const [left, right] = x.scale.range(), [bottom, top] = y.scale.range();
    drawn = [];
    for (let row = 0; row < rows; row++) {
      if (!shown[kinds[row]] || !x.usable(x.values[row]) || !y.usable(y.values[row]) || !passes(row)) continue;
      const across = x.scale(x.values[row]), up = y.scale(y.values[row]);
      if (across >= left && across <= right && up <= bottom && up >= top) drawn.push({ row, across, up });
    }
    const size = Math.max(3, Math.min(9, 330 / Math.sqrt(drawn.length || 1)));
    const paths = palette.map(() => new Path2D()), rings = new Path2D();
    for (const { row, across, up } of drawn) {
      const invalid = kinds[row] === 0 && !saysWhy; // has values, but no answer: a ring
      const path = invalid ? rings : paths[bin(row)];
      const radius = (byKind && data.kinds[kinds[row]].emphasis ? 0.75 : invalid ? 0.3 : 0.5) * size;
      path.moveTo(across + radius, up);
      path.arc(across, up, radius, 0, 2 * Math.PI);
    }
    context.strokeStyle = "#9a9a9a";
    context.lineWidth = 0.7;
    context.stroke(rings);
    paths.forEach((path, position) => {
      context.fillStyle = palette[position];
      context.fill(path);
      if (byKind && data.kinds[position].emphasis) {
        context.lineWidth = 0.8;
        context.strokeStyle = "#000";
        context.stroke(path);
      }
    });
    for (const [row, weight] of [[pinned, 2], [pointed, 1]]) {
      const at = row === null ? undefined : drawn.find((one) => one.row === row);
      if (!at) continue;
      context.beginPath();
      context.arc(at.across, at.up, 1.3 * size, 0, 2 * Math.PI);
      context.lineWidth = weight;
      context.strokeStyle = "#000";
      context.stroke();
    }
    tree = d3.quadtree(drawn, (one) => one.across, (one) => one.up);
  }

  // Curves of limits, and bands of what is measured, with their legend.
  function drawGuides(context) {
    const { x, y } = state, legend = [];
    const [left, right] = x.scale.range(), [bottom, top] = y.scale.range();
    for (const band of data.bands) {
      for (const [one, across] of [[x, true], [y, false]]) {
        if (one.name !== band.column) continue;
        const ends = [band.low, band.high].map((value) => (one.logarithmic ? Math.abs(value) || one.scale.domain()[0] : value)).map(one.scale);
        context.fillStyle = "rgba(213, 94, 0, .16)";
        if (across) context.fillRect(Math.min(...ends), top, Math.abs(ends[1] - ends[0]), bottom - top);
        else context.fillRect(left, Math.min(...ends), right - left, Math.abs(ends[1] - ends[0]));
        legend.push([band.label, "rgba(213, 94, 0, .4)"]);
      }
    }
    data.curves.forEach((curve, position) => {
      const upright = curve.axes[0] === y.name && curve.axes[1] === x.name;
      if (!upright && !(curve.axes[0] === x.name && curve.axes[1] === y.name)) return;
      context.beginPath();
      const steps = 200, span = [Math.log(curve.x[0]), Math.log(curve.x[curve.x.length - 1])];
      for (let step = 0; step <= steps; step++) {
        const at = Math.exp(span[0] + ((span[1] - span[0]) * step) / steps), value = between(curve, at);
        const place = upright ? [x.scale(value), y.scale(at)] : [x.scale(at), y.scale(value)];
        if (step) context.lineTo(...place);
        else context.moveTo(...place);
      }
      context.strokeStyle = CLASSES[position % CLASSES.length];
      context.lineWidth = 1.8;
      context.stroke();
      legend.push([`excluded ${curve.excluded}: ${plainLabel(curve.label)}`, context.strokeStyle, curve.label, `excluded ${curve.excluded}: `]);
    });
    element("guides").replaceChildren(
      ...legend.map(([text, colour, label, before]) => {
        const item = make("span", "", "kind"), words = make("span", label ? "" : text);
        if (label) typeset(words, [[before, ""], ...label]);
        item.append(dot(colour), words);
        return item;
      }),
    );
  }
  function between(curve, at) {
    const next = Math.min(curve.x.length - 1, Math.max(1, d3.bisectLeft(curve.x, at)));
    const t = Math.log(at / curve.x[next - 1]) / Math.log(curve.x[next] / curve.x[next - 1]);
    return curve.y[next - 1] * Math.exp(t * Math.log(curve.y[next] / curve.y[next - 1]));
  }

  // ---- zoom --------------------------------------------------------------------------------------------------

  function zoomTo(side, from, to) {
    const one = state[side], ends = [from, to].map(one.scale.invert).sort((a, b) => a - b);
    const small = one.logarithmic ? ends[1] / ends[0] < 1 + 1e-6 : ends[1] - ends[0] <= 1e-6 * Math.max(Math.abs(ends[0]), Math.abs(ends[1]));
    if (!small && ends.every(Number.isFinite)) one.scale.domain(ends);
  }
  function zoomBy(factor) {
    for (const side of ["x", "y"]) {
      const [a, b] = state[side].scale.range(), middle = (a + b) / 2, half = ((b - a) / 2) * factor;
      zoomTo(side, middle - half, middle + half);
    }
    draw();
  }
  function reset() {
    for (const side of ["x", "y"]) state[side].scale.domain(state[side].whole);
    draw();
  }

  let start = null;
  const position = (event) => {
    const place = box.getBoundingClientRect();
    return [event.clientX - place.left, event.clientY - place.top];
  };
  const band = svg.append("rect").attr("fill", "rgba(0, 114, 178, .15)").attr("stroke", "#0072b2").attr("display", "none");
  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault(); // no selection of text
    box.focus({ preventScroll: true });
    start = position(event);
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    const at = position(event);
    if (!start) return hover(nearest(...at, 10), event.clientX, event.clientY);
    const [left, right] = [start[0], at[0]].sort((a, b) => a - b), [top, bottom] = [start[1], at[1]].sort((a, b) => a - b);
    band.attr("display", null).attr("x", left).attr("y", top).attr("width", right - left).attr("height", bottom - top);
  });
  box.addEventListener("pointerup", (event) => {
    band.attr("display", "none");
    if (!start) return;
    const at = position(event), from = start;
    start = null;
    const moved = [Math.abs(at[0] - from[0]), Math.abs(at[1] - from[1])];
    if (Math.max(...moved) < 5) return;
    if (moved[0] >= 10) zoomTo("x", clamp(from[0], state.x), clamp(at[0], state.x));
    if (moved[1] >= 10) zoomTo("y", clamp(from[1], state.y), clamp(at[1], state.y));
    suppressClick = true;
    draw();
  });
  box.addEventListener("pointercancel", () => {
    start = null;
    band.attr("display", "none");
  });
  let suppressClick = false;
  const clamp = (value, one) => {
    const [a, b] = one.scale.range();
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), value));
  };
  box.addEventListener("click", (event) => {
    if (suppressClick) return void (suppressClick = false);
    const row = nearest(...position(event), event.pointerType === "touch" ? 24 : 10);
    if (row !== null) pin(row);
  });
  box.addEventListener("dblclick", reset);
  box.addEventListener("pointerleave", () => (element("tip").hidden = true));
  element("zoom-in").addEventListener("click", () => zoomBy(0.5));
  element("zoom-out").addEventListener("click", () => zoomBy(2));
  element("reset").addEventListener("click", reset);

  // ---- rows --------------------------------------------------------------------------------------------------

  // The drawn row closest to a place in the plot; a valid one before an invalid one that is a little closer.
  function nearest(left, top, radius) {
    const inside = [];
    tree?.visit((node, x0, y0, x1, y1) => {
      if (!node.length) {
        for (let leaf = node; leaf; leaf = leaf.next) {
          const distance = Math.hypot(leaf.data.across - left, leaf.data.up - top) + (kinds[leaf.data.row] === 0 ? 5 : 0);
          if (distance <= radius) inside.push([distance, leaf.data.row]);
        }
      }
      return x0 > left + radius || x1 < left - radius || y0 > top + radius || y1 < top - radius;
    });
    return inside.length ? inside.reduce((a, b) => (b[0] < a[0] ? b : a))[1] : null;
  }

  function hover(row, pageLeft, pageTop) {
    const tip = element("tip");
    tip.hidden = row === null;
    if (row === null) return;
    const names = new Set([state.x.name, state.y.name, element("colour").value, ...data.hover]);
    names.delete(KIND);
    const lines = [make("b", plainLabel(data.kinds[kinds[row]].label))];
    for (const name of names) {
      const column = columns.get(name), line = make("div"), symbol = make("span");
      typeset(symbol, column.symbol);
      line.append(symbol, ` = ${valueText(column, row)}`);
      lines.push(line);
    }
    tip.replaceChildren(...lines, make("code", replay(row)));
    const beside = pageLeft + 16;
    tip.style.left = `${Math.max(8, beside + tip.offsetWidth > innerWidth - 8 ? pageLeft - tip.offsetWidth - 16 : beside)}px`;
    tip.style.top = `${Math.max(8, Math.min(pageTop + 12, innerHeight - tip.offsetHeight - 8))}px`;
  }

  function pin(row) {
    pinned = row;
    element("row").hidden = false;
    element("replay").textContent = replay(row);
    element("values").replaceChildren(
      ...[...columns.values()].filter((column) => column.name !== KIND).map((column) => {
        const pair = make("div"), term = make("dt"), value = make("dd", valueText(column, row));
        typeset(term, column.symbol);
        term.title = `${column.name}: ${column.long_name}`;
        pair.append(term, value);
        return pair;
      }),
    );
    draw();
  }

  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && pointed !== null) return pin(pointed);
    if (event.key === "Escape") return void (element("tip").hidden = true);
    if (!step || !drawn.length) return;
    event.preventDefault();
    const order = [...drawn].sort((a, b) => a.across - b.across);
    const now = order.findIndex((one) => one.row === pointed);
    const next = order[(now < 0 ? (step > 0 ? 0 : order.length - 1) : now + step + order.length) % order.length];
    pointed = next.row;
    draw();
    const place = box.getBoundingClientRect();
    hover(pointed, place.left + next.across, place.top + next.up);
    element("shown").textContent = `${plainLabel(state.x.label)} = ${number(state.x.values[pointed])}, ${plainLabel(state.y.label)} = ${number(state.y.values[pointed])}`;
  });

  function save() {
    const names = [...columns.keys()].filter((name) => name !== KIND);
    const lines = [names.join(","), ...drawn.map(({ row }) => names.map((name) => columns.get(name).values[row]).join(","))];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
    link.download = "rows.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // ---- choices -----------------------------------------------------------------------------------------------

  function choose(side) {
    const logarithmic = element(`${side}-log`);
    logarithmic.checked = columns.get(element(side).value).logarithmic;
    if (side !== "colour") state[side] = axis(element(side).value, logarithmic.checked);
  }
  // Another scale of the same column keeps the zoom, as far as it can be seen on it.
  function rescale(side) {
    const [low, high] = state[side].scale.domain();
    const zoomed = low !== state[side].whole[0] || high !== state[side].whole[1];
    state[side] = axis(element(side).value, element(`${side}-log`).checked);
    if (zoomed && (low > 0 || !state[side].logarithmic)) state[side].scale.domain([low, high]);
  }

  function fill(select, withKind, wanted) {
    const text = element("named").value.trim().toLowerCase();
    const groups = new Map();
    for (const column of columns.values()) {
      const label = `${column.name} ${plainLabel(column.label)} ${column.long_name}`.toLowerCase();
      if (column.name === KIND ? !withKind : text && !label.includes(text) && column.name !== wanted) continue;
      const option = make("option", column.name === KIND ? "what it explains" : `${column.name}: ${plainLabel(column.label)}`);
      option.value = column.name;
      if (!groups.has(column.group)) groups.set(column.group, Object.assign(document.createElement("optgroup"), { label: column.group }));
      groups.get(column.group).append(option);
    }
    select.replaceChildren(...groups.values());
    select.value = wanted;
  }
  function fillAll(wanted) {
    for (const side of ["x", "y", "colour"]) fill(element(side), side === "colour", wanted[side]);
    const kept = element("filter").value;
    fill(element("filter"), false, kept);
    const none = make("option", "any values");
    none.value = "";
    element("filter").prepend(none);
    element("filter").value = kept;
  }

  // The choices are in the address, so that a link shows the same plot; browsers do not let it change too often.
  let waiting = 0;
  function remember() {
    clearTimeout(waiting);
    waiting = setTimeout(writeAddress, 400);
  }
  function writeAddress() {
    const words = new URLSearchParams();
    for (const side of ["x", "y", "colour"]) {
      words.set(side, element(side).value);
      words.set(`${side}-log`, Number(element(`${side}-log`).checked));
    }
    for (const side of ["x", "y"]) {
      const domain = state[side].scale.domain();
      if (domain.some((end, position) => end !== state[side].whole[position])) words.set(`${side}-range`, domain.join("~"));
    }
    history.replaceState(null, "", `#${words}`);
  }
  function recall() {
    const words = new URLSearchParams(location.hash.slice(1));
    const wanted = { ...data.start };
    for (const side of Object.keys(wanted)) {
      const name = words.get(side);
      if (columns.has(name) && (name !== KIND || side === "colour")) wanted[side] = name;
    }
    fillAll(wanted);
    for (const side of ["x", "y", "colour"]) {
      choose(side);
      if (words.has(`${side}-log`)) element(`${side}-log`).checked = words.get(`${side}-log`) === "1";
      if (side === "colour") continue;
      rescale(side);
      const ends = (words.get(`${side}-range`) ?? "").split("~").map(Number);
      if (ends.length === 2 && ends[0] < ends[1] && (ends[0] > 0 || !state[side].logarithmic)) state[side].scale.domain(ends);
    }
  }

  recall();
  for (const side of ["x", "y", "colour"]) {
    element(side).addEventListener("change", () => (choose(side), draw()));
    element(`${side}-log`).addEventListener("change", () => {
      if (side !== "colour") rescale(side);
      draw();
    });
  }
  element("named").addEventListener("input", () => fillAll({ x: element("x").value, y: element("y").value, colour: element("colour").value }));
  for (const id of ["filter", "filter-low", "filter-high"]) element(id).addEventListener("change", draw);
  element("kinds").replaceChildren(
    ...data.kinds.map((kind, number) => {
      const label = make("label", "", "kind"), check = document.createElement("input"), words = make("span");
      Object.assign(check, { type: "checkbox", checked: true });
      check.dataset.kind = number;
      typeset(words, [...kind.label, [` (${kind.count})`, ""]]);
      label.append(check, dot(kind.colour), words);
      return label;
    }),
  );
  element("kinds").addEventListener("change", (event) => {
    shown[event.target.dataset.kind] = event.target.checked;
    draw();
  });
  element("save").addEventListener("click", save);
  element("copy").addEventListener("click", () => navigator.clipboard?.writeText(element("replay").textContent));
  addEventListener("resize", () => (layout(), draw()));
  layout();
  draw();
})();
