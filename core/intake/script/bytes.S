// The tracking script's bytes, as the build has made them (intake/page_script.h).
    .section .rodata
    .global penstock_page_script_begin
    .global penstock_page_script_end
penstock_page_script_begin:
    .incbin "page_script.js"
penstock_page_script_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
