// The interactive scatter plot of the report. Data: see `_data` in report.py.
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
  const BINS = 64; // of the colour scale
  let plot, axes, drawn, pinned = null;

  // A column as an axis. On a logarithmic one, values of one sign are drawn as they are or with the opposite sign,
  // and of both signs as moduli; the label says so.
  function axis(name, logarithmic) {
    const column = columns.get(name);
    let values = column.values;
    let label = column.label;
    if (logarithmic) {
      const negative = values.some((value) => value < 0);
      const positive = values.some((value) => value > 0);
      if (negative) {
        values = values.map(Math.abs);
        label = positive ? label.replace(/^(.*?)( \[.*)?$/, "|$1|$2") : "−" + label;
      }
    }
    const usable = (value) => Number.isFinite(value) && (!logarithmic || value > 0);
    let low = Infinity, high = -Infinity;
    for (let row = 0; row < rows; row++) {
      if (!usable(values[row])) continue;
      low = Math.min(low, values[row]);
      high = Math.max(high, values[row]);
    }
    if (low > high) [low, high] = logarithmic ? [1, 10] : [0, 1];
    const line = (value) => (logarithmic ? Math.log(value) : value);
    const back = (value) => (logarithmic ? Math.exp(value) : value);
    const margin = 0.03 * (line(high) - line(low)) || 0.5;
    const range = [back(line(low) - margin), back(line(high) + margin)];
    const fraction = (value) => (high > low ? (line(value) - line(low)) / (line(high) - line(low)) : 0.5);
    return { name, values, label, usable, range, fraction, low, high, logarithmic };
  }

  const number = (value) => {
    if (!Number.isFinite(value)) return "not reached";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size >= 1e-2 && size < 1e5) return String(Number(value.toPrecision(4)));
    const [digits, power] = value.toExponential(3).split("e");
    const raised = String(Number(power)).replace(/[-\d]/g, (letter) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(letter)]);
    return Number(digits) === 1 ? `10${raised}` : `${Number(digits)}·10${raised}`;
  };
  const shortNumber = (value) => number(Number(value.toPrecision(2)));

  function colours() {
    const name = element("colour").value;
    element("colour-log").disabled = name === "kind";
    element("colour-bar").style.visibility = name === "kind" ? "hidden" : "visible";
    if (name === "kind") return { bin: (row) => kinds[row], palette: data.kinds.map((kind) => kind.colour) };
    const scale = axis(name, element("colour-log").checked);
    element("colour-high").textContent = shortNumber(scale.high);
    element("colour-low").textContent = shortNumber(scale.low);
    element("colour-label").innerHTML = scale.label;
    const last = data.colour_map.length - 1;
    const palette = Array.from({ length: BINS }, (_, bin) => data.colour_map[Math.round((bin / (BINS - 1)) * last)]);
    element("gradient").style.background = `linear-gradient(to top, ${palette.join(",")})`;
    const bin = (row) => {
      const value = scale.values[row];
      return scale.usable(value) ? Math.round(scale.fraction(value) * (BINS - 1)) : BINS;
    };
    return { bin, palette: [...palette, "#bbbbbb"] };
  }

  function drawPoints(u) {
    const { x, y } = axes;
    const { bin, palette } = colours();
    const size = Math.max(3, Math.min(7, 330 / Math.sqrt(rows))) * uPlot.pxRatio;
    const paths = palette.map(() => new Path2D());
    drawn = [];
    for (let row = 0; row < rows; row++) {
      if (!shown[kinds[row]] || !x.usable(x.values[row]) || !y.usable(y.values[row])) continue;
      const left = u.valToPos(x.values[row], "x", true);
      const top = u.valToPos(y.values[row], "y", true);
      const radius = (element("colour").value === "kind" && data.kinds[kinds[row]].emphasis ? 0.75 : 0.5) * size;
      const path = paths[bin(row)];
      path.moveTo(left + radius, top);
      path.arc(left, top, radius, 0, 2 * Math.PI);
      drawn.push(row);
    }
    u.ctx.save();
    u.ctx.beginPath();
    u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    u.ctx.clip();
    paths.forEach((path, position) => {
      u.ctx.fillStyle = palette[position];
      u.ctx.fill(path);
      if (element("colour").value === "kind" && data.kinds[position].emphasis) {
        u.ctx.lineWidth = 0.8 * uPlot.pxRatio;
        u.ctx.strokeStyle = "#000";
        u.ctx.stroke(path);
      }
    });
    if (pinned !== null && drawn.includes(pinned)) {
      u.ctx.beginPath();
      u.ctx.arc(u.valToPos(x.values[pinned], "x", true), u.valToPos(y.values[pinned], "y", true), 1.3 * size, 0, 2 * Math.PI);
      u.ctx.lineWidth = 2 * uPlot.pxRatio;
      u.ctx.strokeStyle = "#000";
      u.ctx.stroke();
    }
    u.ctx.restore();
    Object.assign(element("plot").dataset, { drawn: drawn.length, x: x.name, y: y.name });
    return null; // uPlot has nothing left to draw
  }

  function draw() {
    axes = { x: axis(element("x").value, element("x-log").checked), y: axis(element("y").value, element("y-log").checked) };
    element("x-label").innerHTML = axes.x.label;
    element("y-label").innerHTML = axes.y.label;
    const scale = (side) => ({
      time: false, distr: axes[side].logarithmic ? 3 : 1, auto: false, min: axes[side].range[0], max: axes[side].range[1],
    });
    // labels on a logarithmic axis: powers of ten, more of them if there are few decades
    const ticks = (side) => (u, splits) => {
      const [low, high] = [u.scales[side].min, u.scales[side].max];
      const sparse = axes[side].logarithmic && high > 30 * low;
      return splits.map((value) => {
        if (value === null) return null;
        const digit = Number(value.toExponential(6).split("e")[0]);
        const labelled = sparse ? [1] : high > 6 * low ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 7, 8, 9];
        if (axes[side].logarithmic && !labelled.includes(digit)) return null;
        return shortNumber(Number(value.toPrecision(6)));
      });
    };
    const style = (side, size) => ({
      scale: side, size, values: ticks(side), font: "13px system-ui, sans-serif", stroke: "#1c2530",
      grid: { stroke: "#eceff2", width: 1 }, ticks: { stroke: "#98a2ac", width: 1, size: 6 },
      filter: (u, splits) => splits,
    });
    plot?.destroy();
    plot = new uPlot(
      {
        mode: 2, width: element("plot").clientWidth, height: 540, padding: [12, 12, 0, 0], legend: { show: false },
        scales: { x: scale("x"), y: scale("y") },
        axes: [style("x", 36), style("y", 76)],
        cursor: { drag: { x: true, y: true, uni: 10 }, points: { show: false }, x: false, y: false },
        series: [null, { facets: [{ scale: "x" }, { scale: "y" }], paths: drawPoints }],
        hooks: { setCursor: [hover] },
      },
      [null, [axes.x.values, axes.y.values]],
      element("plot"),
    );
    plot.over.addEventListener("dblclick", () => {
      plot.batch(() => ["x", "y"].forEach((side) => plot.setScale(side, { min: axes[side].range[0], max: axes[side].range[1] })));
    });
    plot.over.addEventListener("mouseleave", () => (element("tip").hidden = true));
    plot.over.addEventListener("click", (event) => {
      const row = nearest(event.offsetX, event.offsetY);
      if (row === null) return;
      pinned = row;
      showRow(row);
      plot.redraw();
    });
  }

  // The drawn row closest to a place in the plot, within ten pixels.
  function nearest(left, top) {
    let found = null, closest = 100;
    for (const row of drawn ?? []) {
      const dx = plot.valToPos(axes.x.values[row], "x") - left;
      const dy = plot.valToPos(axes.y.values[row], "y") - top;
      const distance = dx * dx + dy * dy;
      if (distance <= closest) [found, closest] = [row, distance];
    }
    return found;
  }

  const replay = (row) => `${data.replay} ${columns.get("index").values[row]}`;

  function hover(u) {
    const tip = element("tip");
    const { left, top } = u.cursor;
    const row = left >= 0 ? nearest(left, top) : null;
    tip.hidden = row === null;
    if (row === null) return;
    const names = new Set([axes.x.name, axes.y.name, element("colour").value, ...data.hover]);
    names.delete("kind");
    const lines = [...names].map((name) => {
      const column = columns.get(name);
      return `${column.symbol} = ${number(column.values[row])}${column.units === "1" ? "" : " " + column.units}`;
    });
    tip.innerHTML = `<b>${data.kinds[kinds[row]].label}</b><br>${lines.join("<br>")}<br><code></code>`;
    tip.querySelector("code").textContent = replay(row);
    const box = u.over.getBoundingClientRect();
    const beside = box.left + left + 16;
    tip.style.left = `${beside + tip.offsetWidth > innerWidth - 8 ? box.left + left - tip.offsetWidth - 16 : beside}px`;
    tip.style.top = `${Math.max(8, Math.min(box.top + top + 12, innerHeight - tip.offsetHeight - 8))}px`;
  }

  function showRow(row) {
    element("row").hidden = false;
    element("replay").textContent = replay(row);
    element("values").innerHTML = [...columns.values()]
      .filter((column) => column.name !== "kind")
      .map((column) => {
        const unit = column.units === "1" ? "" : " " + column.units;
        const value = column.names?.[column.values[row]] ?? number(column.values[row]) + unit;
        return `<div><dt title="${column.name}: ${column.long_name}">${column.symbol}</dt><dd>${value}</dd></div>`;
      })
      .join("");
  }

  for (const side of ["x", "y", "colour"]) {
    const select = element(side);
    const names = [...columns.values()].filter((column) => (column.name === "kind") <= (side === "colour"));
    select.innerHTML = names.map((column) => `<option value="${column.name}">${column.name === "kind" ? "what it explains" : column.name}</option>`).join("");
    select.value = data.start[side];
    const choose = () => (element(`${side}-log`).checked = columns.get(select.value).logarithmic);
    choose();
    select.addEventListener("change", () => (choose(), draw()));
    element(`${side}-log`).addEventListener("change", draw);
  }
  element("kinds").innerHTML = data.kinds
    .map((kind, position) => `<label class="kind"><input type="checkbox" checked data-kind="${position}"><i style="background:${kind.colour}"></i><span>${kind.label} (${kind.count})</span></label>`)
    .join("");
  element("kinds").addEventListener("change", (event) => {
    shown[event.target.dataset.kind] = event.target.checked;
    plot.redraw();
  });
  element("copy").addEventListener("click", () => navigator.clipboard?.writeText(element("replay").textContent));
  addEventListener("resize", () => plot.setSize({ width: element("plot").clientWidth, height: 540 }));
  draw();
})();
