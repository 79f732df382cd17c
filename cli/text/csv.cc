#include "cli/text/csv.h"

#include "base/text.h"
#include "event/fields.h"

namespace penstock::cli {

namespace {

// What spreadsheets take for the start of a formula, also in full width (as Japanese input has it).
//
bool is_formula(std::string_view text) {
  if (text.empty()) return false;
  if (std::string_view("=+-@\t\r\n").find(text.front()) != std::string_view::npos) return true;
  for (const std::string_view sign : {"\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
    if (text.starts_with(sign)) return true;
  }
  return false;
}

}  // namespace

void append_csv_cell(std::string& out, std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    if (is_formula(text)) out += '\'';
    out += text;
    return;
  }
  out += '"';
  if (is_formula(text)) out += '\'';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
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

}  // namespace penstock::cli
