// Where a long text of events can be cut: between lines, between the elements of one JSON array, or
// between the objects and arrays of a run, which stand one behind the other.
//
// The array's brackets are put around each piece, in the place of its commas, so that a piece is a
// body like one that came by itself. Nothing is checked here but where strings and brackets end.
#pragma once

#include <cstddef>
#include <string>

#include "intake/bracket_scan.h"
#include "intake/cutter.h"

namespace penstock::intake {

class PieceCutter final : public Cutter {
 public:
  // Without `is_run` the first byte that is not white space tells an array from lines.
  explicit PieceCutter(bool is_run = false) : form_(is_run ? Form::kRun : Form::kUntold) {}

  void look_at(std::string& text) override;
  std::size_t close_piece(std::string& text) const override;
  void drop_piece(std::string& text) override;
  void skip_event(std::string& text) override;

 private:
  enum class Form : char { kUntold, kLines, kArray, kRun };

  void look_for_line(std::string& text);
  void look_for_element(std::string& text);
  void look_for_end(std::string& text);
  void forget(std::string& text, std::size_t bytes);

  Form form_;
  BracketScan scan_;  // As far as seen_.
};

}  // namespace penstock::intake
