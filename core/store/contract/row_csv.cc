#include "store/contract/row_csv.h"

#include <algorithm>

#include "base/text.h"
#include "event/fields.h"

namespace penstock::store {

namespace {

// What spreadsheets take for the start of a formula, also in full width (as Japanese input has it).
bool is_formula(std::string_view text) {
  if (text.empty()) return false;
  switch (text.front()) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
    case '\n':
      return true;
    case '\xef':
      for (const std::string_view sign : {"\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
        if (text.starts_with(sign)) return true;
      }
      return false;
    default:
      return false;
  }
}

// One pass over a cell of some dozen bytes is quicker than find_first_of(), which looks for the
// four in each byte by a call.
bool needs_quotes(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == '"' || c == ',' || c == '\r' || c == '\n'; });
}

}  // namespace

void append_csv_cell(std::string& out, std::string_view text) {
  if (!needs_quotes(text)) {
    if (is_formula(text)) out += '\'';
    out += text;
    return;
  }
  out += '"';
  if (is_formula(text)) out += '\'';
  for (std::size_t at = text.find('"'); at != std::string_view::npos; at = text.find('"')) {
    out += text.substr(0, at + 1);
    out += '"';
    text.remove_prefix(at + 1);
  }
  out += text;
  out += '"';
}

void append_csv_header(std::string& out) {
  for (const event::Field& field : event::kFields) {
    if (&field != std::begin(event::kFields)) out += ',';
    out += field.name;
  }
  out += "\r\n";
}

void append_csv_row(const event::Row& row, std::string& out) {
  for (const event::Field& field : event::kFields) {
    if (&field != std::begin(event::kFields)) out += ',';
    switch (field.type) {
      case event::FieldType::kId:
        out += row.record.id.hex();
        break;
      case event::FieldType::kTime:
        append_text(out, row.record.*field.time);
        break;
      case event::FieldType::kFlag:
        out += row.*field.flag ? '1' : '0';
        break;
      case event::FieldType::kText:
      case event::FieldType::kJson:
        append_csv_cell(out, event::text_of(field, row));
        break;
    }
  }
  out += "\r\n";
}

}  // namespace penstock::store
