// Where a long text of events can be cut: between lines, or between the elements of one JSON array.
//
// The array's brackets are put around each piece, in the place of its commas, so that a piece is a
// body like one that came by itself. Nothing is checked here but where strings and brackets end.
#pragma once

#include <cstddef>
#include <string>

namespace penstock::intake {

class PieceCutter {
 public:
  // Looks at what was appended to `text` since the last call. The first byte that is not white
  // space tells an array from lines.
  void look_at(std::string& text);

  // Where the last event ends that is known to be whole, and another has begun or may; 0 for none.
  std::size_t cut() const { return cut_; }

  // Requires a cut() of `text`. Ends the piece before the cut, and returns its size.
  std::size_t close_piece(std::string& text) const;
  // Takes the piece out of `text`. What is left begins as another.
  void drop_piece(std::string& text);

  // The event that `text` begins is too long: what came of it is taken out, and so is what still
  // comes, by look_at().
  void skip_event(std::string& text);
  bool is_skipping() const { return is_skipping_; }

 private:
  enum class Form : char { kUntold, kLines, kArray };

  void look_for_line(std::string& text);
  void look_for_element(std::string& text);
  void forget(std::string& text, std::size_t bytes);

  Form form_ = Form::kUntold;
  bool is_in_string_ = false;
  bool is_escaped_ = false;
  bool is_skipping_ = false;
  std::size_t depth_ = 0;
  std::size_t seen_ = 0;
  std::size_t cut_ = 0;
};

}  // namespace penstock::intake
