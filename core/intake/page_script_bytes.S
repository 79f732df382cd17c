// The tracking script's bytes, taken from the file as it is (intake/page_script.h). No compiler sees
// .incbin as an input: cmake/layer.cmake names the folder's scripts as such.
    .section .rodata
    .global penstock_page_script_begin
    .global penstock_page_script_end
penstock_page_script_begin:
    .incbin "intake/page_script.js"
penstock_page_script_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
