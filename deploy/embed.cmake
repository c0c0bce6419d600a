# Turns a text file into a C++ source that holds it: cmake -DINPUT=… -DOUTPUT=… -DNAME=… -P embed.cmake
# As bytes, because string literals longer than 64 KiB are not portable and raw strings have a delimiter to dodge.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "// Made from a file by deploy/embed.cmake.
#include <string_view>
namespace stillholds {
namespace {
constexpr unsigned char bytes[] = {${bytes}};
}
extern const std::string_view ${NAME};
const std::string_view ${NAME}{reinterpret_cast<const char*>(bytes), sizeof bytes};
}  // namespace stillholds
")
