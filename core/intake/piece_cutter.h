// Where a long text of events can be cut: between lines, or between the elements of one JSON array.
//
// The array's brackets are put around each piece, in the place of its commas, so that a piece is a
// body like one that came by itself. Nothing is checked here but where strings and brackets end.
#pragma once

#include <cstddef>
#include <string>

#include "intake/cutter.h"

namespace penstock::intake {

class PieceCutter final : public Cutter {
 public:
  // The first byte that is not white space tells an array from lines.
  void look_at(std::string& text) override;
  std::size_t close_piece(std::string& text) const override;
  void drop_piece(std::string& text) override;
  void skip_event(std::string& text) override;

 private:
  enum class Form : char { kUntold, kLines, kArray };

  void look_for_line(std::string& text);
  void look_for_element(std::string& text);
  void forget(std::string& text, std::size_t bytes);

  Form form_ = Form::kUntold;
  bool is_in_string_ = false;
  bool is_escaped_ = false;
  std::size_t depth_ = 0;
};

}  // namespace penstock::intake
