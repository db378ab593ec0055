-- What pandoc's own writer of Typst would say otherwise than the template asks: pictures, blocks of ours, places of tables.
-- Every character of the text stands for itself: only raw parts are Typst source.

local function literal(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local function raw(text)
  return pandoc.RawBlock("typst", text)
end

local function wrapped(open, blocks, close)
  local out = pandoc.Blocks({ raw(open) })
  out:extend(blocks)
  out:insert(raw(close))
  return out
end

local function picture(image, how)
  local width = tonumber(image.attributes.width)
  return string.format("%s(%s, alt: %s, width: %s)", how, literal(image.src),
    literal(pandoc.utils.stringify(image.caption)), width and string.format("%.2fpt", width * 0.75) or "auto")
end

local function lines(div)
  return table.concat(div.content:map(function(block) return literal(pandoc.utils.stringify(block)) end), ", ")
end

-- The table itself is a value that the template reads; cells with more than text come with its place.
local function place(div)
  local out = pandoc.Blocks({ raw("#data-table(" .. literal(div.attributes.table) .. ",") })
  for _, cell in ipairs(div.content) do
    out:extend(wrapped("[", cell.content, "],"))
  end
  out:insert(raw(")"))
  return out
end

local parts = {
  traverse = "topdown",
  Figure = function(figure)
    local found = {}
    figure.content:walk({ Image = function(image) table.insert(found, image) end })
    if #found ~= 1 then return nil end
    local caption = figure.caption.long
    local open = raw("#figure(" .. picture(found[1], "fitting") .. (#caption > 0 and ", caption: [" or ")"))
    if #caption == 0 then return { open }, false end
    return pandoc.Blocks({ open, pandoc.Div(caption), raw("])") })
  end,
  Image = function(image)
    return pandoc.RawInline("typst", "#" .. picture(image, "small-picture")), false
  end,
  Span = function(span)
    if span.classes:includes("shown-in") then
      local to = string.format("#shown-in(%s)[", literal(span.attributes.to))
      local out = pandoc.Inlines({ pandoc.RawInline("typst", to) })
      out:extend(span.content)
      out:insert(pandoc.RawInline("typst", "]"))
      return out
    end
  end,
  Div = function(div)
    if div.classes:includes("title") then return raw("#report-title"), false end
    if div.classes:includes("signature") then return raw("#place.flush()\n#signature(" .. lines(div) .. ")"), false end
    if div.classes:includes("attachments") then return raw("#place.flush()\n#attachments((" .. lines(div) .. ",), (" .. literal(div.attributes.to or "") .. "))"), false end
    if div.attributes.table then div.content = place(div) end
    return div
  end,
  Header = function(header)
    if not header.classes:includes("attached") then
      -- what stands above on this page or the next stays with its section; the text says the number of each chart
      return header.level == 1 and pandoc.Blocks({ raw("#place.flush()"), header }) or nil, false
    end
    local about = header.attributes
    local open = string.format("#attached(%s, %s, %s, %s)[", literal(about.mark), literal(about.words),
      literal(header.identifier), header.classes:includes("turned"))
    return pandoc.Plain({ pandoc.RawInline("typst", open), pandoc.Span(header.content), pandoc.RawInline("typst", "]") })
  end,
}

local words = {
  Superscript = function(mark)
    return { pandoc.RawInline("typst", "#joint;"), mark }
  end,
  Str = function(str)
    local key = #str.text >= 16 and not str.text:find("[\128-\255]")
    local said = key and "#breakable(" .. literal(str.text) .. ")" or str.text:gsub("[%p]", "\\%0")
    return pandoc.RawInline("typst", said)
  end,
  Code = function(code)
    return pandoc.RawInline("typst", "#raw(" .. literal(code.text) .. ")")
  end,
  CodeBlock = function(code)
    return raw("#raw(block: true, " .. '"' .. code.text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"' .. ")")
  end,
  -- A line grows with a picture in it: the paragraph then goes on the grid as a whole.
  Para = function(block)
    local found = false
    block:walk({ RawInline = function(part) found = found or part.text:find("^#small%-picture") ~= nil end })
    return found and wrapped("#snapped[", { block }, "]") or nil
  end,
}

local styles = { "together", "note", "origin-note", "addressee", "error", "figure-note", "table-block", "figure-block", "closing", "landscape", "key-points", "remarks" }

local function styled(div)
  for _, name in ipairs(styles) do
    if div.classes:includes(name) then
      local out = wrapped('#styled("' .. name .. '")[', div.content, "]")
      return div.classes:includes("floating") and wrapped('#styled("floating")[', out, "]") or out
    end
  end
  return div.content
end

return { parts, words, { Div = styled } }
