-- pandoc's document in; Typst in which every character of the text stands for itself, and our own tables, out.

local function escaped(text)
  return (text:gsub("[%p]", "\\%0"))
end

local function literal(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local function written(content)
  local blocks = pandoc.utils.type(content) == "Inlines" and { pandoc.Plain(content) } or content
  local text = pandoc.write(pandoc.Pandoc(blocks), "typst", { wrap_text = "none" })
  return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

-- What a cell holds is nearly always words and blanks: those are joined here, which saves a run of the writer.
local function joined(blocks)
  if #blocks == 0 then return "" end
  if #blocks > 1 or (blocks[1].t ~= "Plain" and blocks[1].t ~= "Para") then return nil end
  local out = {}
  for _, inline in ipairs(blocks[1].content) do
    if inline.t == "RawInline" then
      table.insert(out, inline.text)
    elseif inline.t == "Space" or inline.t == "SoftBreak" then
      table.insert(out, " ")
    elseif inline.t == "Span" and #inline.content == 1 and inline.content[1].t == "RawInline" then
      table.insert(out, inline.content[1].text)
    else
      return nil
    end
  end
  return table.concat(out)
end

local function raw(text)
  return pandoc.RawBlock("typst", text)
end

local function label(id)
  return id ~= "" and ("#label(" .. literal(id) .. ")") or ""
end

-- A word that no column holds may go on to the next line after every twelve characters, where `mark` allows it.
local function cut(text, mark)
  return (text:gsub(("%w"):rep(24) .. "+", function(run) return (run:gsub(("%w"):rep(12), "%0" .. mark)) end))
end

-- A long key may go on to the next line after these marks; an empty box allows it and leaves the text as it is.
local function breakable(text)
  local out = cut(escaped(text), "#box[]")
  if #text < 16 or text:find("[\128-\255]") then
    return out
  end
  return (out:gsub("(\\[._,/])([%w\\])", "%1#box[]%2"))
end

local function picture(image, how)
  local alt = pandoc.utils.stringify(image.caption)
  local width = tonumber(image.attributes.width)
  return string.format("%s(%s, alt: %s, width: %s)", how, literal(image.src), literal(alt),
    width and string.format("%.2fpt", width * 0.75) or "auto")
end

local function lines(div)
  local out = {}
  for _, block in ipairs(div.content) do
    table.insert(out, literal(pandoc.utils.stringify(block)))
  end
  return out
end

local parts = {
  traverse = "topdown",
  Figure = function(figure)
    local found = {}
    figure.content:walk({ Image = function(image) table.insert(found, image) end })
    if #found ~= 1 then return nil end
    local caption = figure.caption.long
    local open = raw("#figure(" .. picture(found[1], "chart") .. (#caption > 0 and ", caption: [" or ")"))
    if #caption == 0 then return { open }, false end
    return pandoc.Blocks({ open, pandoc.Div(caption, { class = "caption" }), raw("])") })
  end,
  Image = function(image)
    return pandoc.RawInline("typst", "#" .. picture(image, "small-picture")), false
  end,
  Div = function(div)
    local words = table.concat(lines(div), ", ")
    if div.classes:includes("signature") then return raw("#signature(" .. words .. ")"), false end
    if div.classes:includes("attachments") then return raw("#attachments((" .. words .. ",))"), false end
  end,
}

local words = {
  Str = function(str)
    return pandoc.RawInline("typst", breakable(str.text))
  end,
  Code = function(code)
    return pandoc.RawInline("typst", "#raw(" .. cut(literal(code.text), '")#box[]#raw("') .. ")")
  end,
  CodeBlock = function(code)
    return raw("#raw(block: true, " .. '"' .. code.text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"' .. ")")
  end,
}

local aligned = { AlignLeft = "left", AlignRight = "right", AlignCenter = "center", AlignDefault = "left" }

local function cell(item)
  local options = { "align: " .. (aligned[item.alignment] or "left") }
  if item.row_span > 1 then table.insert(options, "rowspan: " .. item.row_span) end
  if item.col_span > 1 then table.insert(options, "colspan: " .. item.col_span) end
  return string.format("table.cell(%s)[%s],", table.concat(options, ", "), joined(item.contents) or written(item.contents))
end

local function row(item, out)
  for _, each in ipairs(item.cells) do
    table.insert(out, cell(each))
  end
end

local function starts_group(item)
  return item.cells[1] and item.cells[1].row_span > 1
end

local function body(rows, ruled, out)
  for at, item in ipairs(rows) do
    if item.classes:includes("subtotal") then
      table.insert(out, "table.hline(stroke: thin),")
    elseif at > 1 and (starts_group(item) or ruled) then
      table.insert(out, "table.hline(stroke: hair),")
    end
    row(item, out)
  end
end

local function data_table(el)
  local widths, rows, head = {}, {}, {}
  local kind = el.classes:find_if(function(name) return name == "wide" or name == "long" end) or "plain"
  for _, spec in ipairs(el.colspecs) do
    table.insert(widths, string.format("%.4ffr,", spec[2] or 1))
  end
  for _, item in ipairs(el.head.rows) do row(item, head) end
  for _, part in ipairs(el.bodies) do body(part.body, kind ~= "plain", rows) end
  local note = el.foot.rows[1] and el.foot.rows[1].cells[1].attr.classes:includes("note")
  if not note then body(el.foot.rows, false, rows) end
  local caption = written(el.caption.long)
  return raw(string.format(
    "#data-table(columns: (%s), caption: %s, head: (%s), kind: %q, note: %s,\n%s)",
    table.concat(widths, " "), caption == "" and "none" or "[" .. caption .. "]", table.concat(head, " "), kind,
    note and "[" .. written(el.foot.rows[1].cells[1].contents) .. "]" or "none", table.concat(rows, "\n")))
end

local styles = { "note", "origin-note", "error", "figure-note", "table-block", "figure-block", "closing", "landscape" }

local function styled(div)
  if div.classes:includes("title") then return raw("#report-title") end
  if div.classes:includes("caption") then return raw(written(div.content)) end
  for _, name in ipairs(styles) do
    if div.classes:includes(name) then
      local blocks = pandoc.Blocks({ raw('#styled("' .. name .. '")[') })
      blocks:extend(div.content)
      blocks:insert(raw("]"))
      return blocks
    end
  end
  return div.content
end

local function attached(header)
  if not header.classes:includes("attached") then return nil end
  local about = header.attributes
  return raw(string.format("#attached(%s, %s, %s, %s, [%s])", literal(about.mark), literal(about.words),
    literal(header.identifier), header.classes:includes("turned"), written(header.content)))
end

local function unbroken(span)
  if not span.classes:includes("unbroken") then return nil end
  local out = pandoc.Inlines({ pandoc.RawInline("typst", "#unbroken[") })
  out:extend(span.content)
  out:insert(pandoc.RawInline("typst", "]"))
  return out
end

-- A line grows with a picture in it: the paragraph then goes on the grid as a whole.
local function with_picture(block)
  local found = false
  block:walk({ RawInline = function(raw) found = found or raw.text:find("^#small%-picture") ~= nil end })
  if not found then return nil end
  return { raw("#snapped["), block, raw("]") }
end

return { parts, words, { Span = unbroken }, { Table = data_table, Header = attached, Para = with_picture }, { Div = styled } }
