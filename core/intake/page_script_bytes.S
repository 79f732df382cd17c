// The tracking script's bytes, taken from the file as it is (intake/page_script.h).
    .section .rodata
    .global penstock_page_script_begin
    .global penstock_page_script_end
penstock_page_script_begin:
    .incbin "intake/page_script.js"
penstock_page_script_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits

// The build follows #include but not .incbin. This one tells it that the script is an input; the
// assembler passes over the text.
    .if 0
#include "intake/page_script.js"
    .endif
