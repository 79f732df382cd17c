#include "adapter/otlp/fields.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace penstock::adapter {
namespace {

TEST(Fields, ReadsEveryTypeOfTheWire) {
  const std::string message = std::string("\x08\xac\x02", 3) +
                              std::string("\x11\x01\0\0\0\0\0\0\x80", 9) +
                              std::string("\x1a\x02hi", 4) + std::string("\x25\x01\x02\0\0", 5);
  FieldReader reader(message);
  std::vector<Field> fields;
  for (Field field; reader.next(field);) fields.push_back(field);
  EXPECT_FALSE(reader.is_broken());
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields[0].number, 1u);
  EXPECT_EQ(fields[0].type, WireType::kVarint);
  EXPECT_EQ(fields[0].value, 300u);
  EXPECT_EQ(fields[1].type, WireType::kFixed64);
  EXPECT_EQ(fields[1].value, 0x8000'0000'0000'0001u);
  EXPECT_EQ(fields[2].type, WireType::kBytes);
  EXPECT_EQ(fields[2].bytes, "hi");
  EXPECT_EQ(fields[2].bytes.data(), message.data() + 14);
  EXPECT_EQ(fields[3].type, WireType::kFixed32);
  EXPECT_EQ(fields[3].value, 513u);
}

TEST(Fields, StopsAtWhatIsBroken) {
  for (const std::string& message :
       {std::string("\x1a\x03hi"),                // Longer than what follows.
        std::string("\x1a\xff\xff\xff\xff\x0f"),  // By far.
        std::string("\x08"),                      // A number that is missing,
        std::string("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),  // or has too many bits.
        std::string("\x11\x01"), std::string("\x25\x01"),                 // Cut off.
        std::string("\0\x01", 2),                             // No field has the number 0.
        std::string("\x0b\x0c"), std::string("\x0f\x01")}) {  // A group, and an unknown type.
    FieldReader reader(message);
    Field field;
    EXPECT_FALSE(reader.next(field));
    EXPECT_TRUE(reader.is_broken()) << testing::PrintToString(message);
    EXPECT_FALSE(reader.next(field));
  }
  FieldReader empty("");
  Field field;
  EXPECT_FALSE(empty.next(field));
  EXPECT_FALSE(empty.is_broken());
}

}  // namespace
}  // namespace penstock::adapter
