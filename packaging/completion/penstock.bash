# bash completion for penstock(1) and the programs beside it.

_penstock_words() {
    COMPREPLY=($(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}"))
}

_penstock_files() {
    compopt -o filenames
    COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
}

_penstock_folders() {
    compopt -o filenames
    COMPREPLY=($(compgen -d -- "${COMP_WORDS[COMP_CWORD]}"))
}

_penstock() {
    local previous=${COMP_WORDS[COMP_CWORD-1]} common="--config --set --check --version --help"
    local verb="" below="" word
    case $previous in
        --config | --output) _penstock_files; return ;;
        --data) _penstock_folders; return ;;
        --format) _penstock_words "ndjson csv"; return ;;
        --fsync) _penstock_words "always everysec"; return ;;
        --role) _penstock_words "viewer editor admin"; return ;;
        --set | --count | --rate | --url | --batch | --key | --connections | --hours | --seed | \
            --from | --to | --project | --memory | --format-string | --host | --timezone | \
            --name | --quota | --origin | --address | --overlap)
            COMPREPLY=()
            return ;;
    esac
    if [[ ${COMP_WORDS[0]##*/} == penstock-* ]]; then
        [[ ${COMP_WORDS[0]##*/} == penstock-ingest ]] && common+=" --takeover"
        _penstock_words "$common"
        return
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            up | status | tail | send | export | import | user | key | queue | store | setup | doctor | \
                protocols) [[ -z $verb ]] && verb=$word ;;
            add | passwd | list | remove | create | revoke | peek | dead | retry | purge | prune | \
                backup | restore | check | migrate | redis)
                [[ -n $verb ]] && below=$word ;;
        esac
    done
    case "$verb $below" in
        " ") _penstock_words "up status tail send export import user key queue store setup doctor protocols $common" ;;
        "up ") _penstock_words "--data $common" ;;
        "status " | "doctor ") _penstock_words "--json --data $common" ;;
        "tail ") _penstock_words "--json --count --data $common" ;;
        "send ") _penstock_words "--count --rate --url --batch --key --connections --hours --seed \
            --output --data $common" ;;
        "export ") _penstock_words "--from --to --project --format --excel --output --data $common" ;;
        "import ")
            _penstock_words "penstock mixpanel segment umami matomo plausible combined vcombined \
                common vcommon json caddy w3c cloudfront awselb awss3 traefikclf squid access-log \
                --project --format-string --host --timezone --dry-run --restart --data $common"
            [[ ${COMP_WORDS[COMP_CWORD]} == -* ]] || COMPREPLY+=(
                $(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")) ;;
        "user ") _penstock_words "add passwd list remove" ;;
        "user add") _penstock_words "--role --project --must-change --data $common" ;;
        "key ") _penstock_words "create list rotate revoke" ;;
        "key create") _penstock_words "--project --server-side --name --quota --origin --address \
            --json --data $common" ;;
        "key rotate") _penstock_words "--overlap --json --data $common" ;;
        "key list") _penstock_words "--json --data $common" ;;
        "queue ") _penstock_words "peek dead retry purge" ;;
        "queue peek" | "queue dead") _penstock_words "--count --json --data $common" ;;
        "queue retry") _penstock_words "--all --data $common" ;;
        "queue purge") _penstock_words "--all --yes --data $common" ;;
        "store ") _penstock_words "backup restore check migrate prune" ;;
        "store check") _penstock_words "--quick --data $common" ;;
        "store migrate") _penstock_words "--no-copies --data $common" ;;
        "store backup")
            _penstock_words "--data $common"
            [[ ${COMP_WORDS[COMP_CWORD]} == -* ]] || _penstock_folders ;;
        "store restore")
            _penstock_words "--force --partial --data $common"
            [[ ${COMP_WORDS[COMP_CWORD]} == -* ]] || _penstock_folders ;;
        "store prune") _penstock_words "--dry-run --data $common" ;;
        "protocols ") _penstock_words "--markdown --data $common" ;;
        "setup ") _penstock_words "redis state" ;;
        "setup redis") _penstock_words "--memory --fsync --print --force $common" ;;
        "setup state") _penstock_words "$common" ;;
        *) _penstock_words "--data $common" ;;
    esac
}

complete -F _penstock penstock penstock-ingest penstock-worker penstock-console
